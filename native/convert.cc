#include "convert.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tokenbinding {
namespace {

std::string Argument(size_t index) { return "argument " + std::to_string(index); }

Bytes BytesOf(const Napi::Value& value, size_t index) {
  const Napi::Uint8Array array = ArrayOf(value, index);
  const size_t size = array.ByteLength();
  return size == 0 ? Bytes() : Bytes(array.Data(), array.Data() + size);
}

}  // namespace

Napi::TypeError InvalidArgType(Napi::Env env, size_t index, const char* wanted) {
  return Napi::TypeError::New(env, Argument(index) + " must be " + wanted);
}

Napi::RangeError OutOfRange(Napi::Env env, size_t index, const char* wanted) {
  return Napi::RangeError::New(env, Argument(index) + " must be " + wanted);
}

Napi::Uint8Array ArrayOf(const Napi::Value& value, size_t index) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw InvalidArgType(value.Env(), index, "a Uint8Array");
  }
  const auto array = value.As<Napi::Uint8Array>();
  // The DLL's parameters for sizes have 32 bits.
  if (array.ByteLength() > std::numeric_limits<uint32_t>::max()) {
    throw OutOfRange(value.Env(), index, "below 4 GiB");
  }
  return array;
}

uint32_t Uint32Of(const Napi::Value& value, size_t index) {
  if (!value.IsNumber()) throw InvalidArgType(value.Env(), index, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  const bool fits = number >= 0 && number <= std::numeric_limits<uint32_t>::max();
  if (!fits || number != std::floor(number)) {
    throw OutOfRange(value.Env(), index, "an unsigned integer of 32 bits");
  }
  return static_cast<uint32_t>(number);
}

Bytes BytesAt(const Napi::CallbackInfo& info, size_t index) { return BytesOf(info[index], index); }

std::vector<Bytes> ByteListAt(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsArray()) throw InvalidArgType(info.Env(), index, "an array");
  const auto array = info[index].As<Napi::Array>();
  std::vector<Bytes> list;
  for (uint32_t item = 0; item < array.Length(); item++) {
    const Napi::HandleScope scope(info.Env());
    list.push_back(BytesOf(array.Get(item), index));
  }
  return list;
}

uint32_t Uint32At(const Napi::CallbackInfo& info, size_t index) {
  return Uint32Of(info[index], index);
}

std::wstring StringAt(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsString()) throw InvalidArgType(info.Env(), index, "a string");
  const std::u16string text = info[index].As<Napi::String>().Utf16Value();
  // The DLL would read the text only up to that character.
  if (text.find(u'\0') != std::u16string::npos) {
    throw OutOfRange(info.Env(), index, "without U+0000");
  }
  return std::wstring(text.begin(), text.end());
}

Napi::Value ToValue(Napi::Env env, uint32_t number) { return Napi::Number::New(env, number); }

Napi::Value ToValue(Napi::Env env, const uint8_t* bytes, size_t size) {
  auto array = Napi::Uint8Array::New(env, size);
  std::copy(bytes, bytes + size, array.Data());
  return array;
}

Napi::Value ToValue(Napi::Env env, const Bytes& bytes) {
  return ToValue(env, bytes.data(), bytes.size());
}

Napi::Value ToValue(Napi::Env env, const Secret<uint8_t>& bytes) {
  return ToValue(env, bytes.Data(), bytes.Size());
}

Napi::Value ToValue(Napi::Env env, const std::wstring& text) {
  return Napi::String::New(env, std::u16string(text.begin(), text.end()));
}

Napi::Value ToValue(Napi::Env env, const std::vector<uint32_t>& numbers) {
  auto array = Napi::Array::New(env, numbers.size());
  for (uint32_t index = 0; index < numbers.size(); index++) {
    array.Set(index, Napi::Number::New(env, numbers[index]));
  }
  return array;
}

Napi::Value ToValue(Napi::Env env, const Result& result) {
  auto object = Napi::Object::New(env);
  object.Set("bindingType", Napi::Number::New(env, result.binding_type));
  object.Set("identifier", ToValue(env, result.identifier));
  object.Set("extensionData", ToValue(env, result.extension_data));
  return object;
}

Napi::Value ToValue(Napi::Env env, const std::vector<Result>& results) {
  auto array = Napi::Array::New(env, results.size());
  for (uint32_t index = 0; index < results.size(); index++) {
    const Napi::HandleScope scope(env);
    array.Set(index, ToValue(env, results[index]));
  }
  return array;
}

Napi::Value ToValue(Napi::Env env, const GeneratedBinding& binding) {
  auto object = Napi::Object::New(env);
  object.Set("tokenBinding", ToValue(env, binding.token_binding));
  object.Set("result", ToValue(env, binding.result));
  return object;
}

Napi::Value ToValue(Napi::Env env, const Version& version) {
  auto object = Napi::Object::New(env);
  object.Set("major", Napi::Number::New(env, version.major));
  object.Set("minor", Napi::Number::New(env, version.minor));
  return object;
}

Napi::Value ToValue(Napi::Env env, const Unit&) { return Napi::Boolean::New(env, true); }

}  // namespace tokenbinding
