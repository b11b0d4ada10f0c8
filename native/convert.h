#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "secret.h"
#include "tokenbinding.h"

/// Converts JavaScript values to C++ values and back. The package's JavaScript has checked the
/// arguments; the checks here are those that memory safety needs.
namespace tokenbinding {

/// Create errors that name an argument by its index.
Napi::TypeError InvalidArgType(Napi::Env env, size_t index, const char* wanted);
Napi::RangeError OutOfRange(Napi::Env env, size_t index, const char* wanted);

/// Each throws one of these errors. `value` is the argument or a part of it.
Napi::Uint8Array ArrayOf(const Napi::Value& value, size_t index);
uint32_t Uint32Of(const Napi::Value& value, size_t index);
Bytes BytesAt(const Napi::CallbackInfo& info, size_t index);
std::vector<Bytes> ByteListAt(const Napi::CallbackInfo& info, size_t index);
uint32_t Uint32At(const Napi::CallbackInfo& info, size_t index);
std::wstring StringAt(const Napi::CallbackInfo& info, size_t index);

Napi::Value ToValue(Napi::Env env, uint32_t number);
Napi::Value ToValue(Napi::Env env, const uint8_t* bytes, size_t size);
Napi::Value ToValue(Napi::Env env, const Bytes& bytes);
Napi::Value ToValue(Napi::Env env, const Secret<uint8_t>& bytes);
Napi::Value ToValue(Napi::Env env, const std::wstring& text);
Napi::Value ToValue(Napi::Env env, const std::vector<uint32_t>& numbers);
Napi::Value ToValue(Napi::Env env, const Result& result);
Napi::Value ToValue(Napi::Env env, const std::vector<Result>& results);
Napi::Value ToValue(Napi::Env env, const GeneratedBinding& binding);
Napi::Value ToValue(Napi::Env env, const Version& version);
Napi::Value ToValue(Napi::Env env, const Unit& unit);

/// Returns `{ status, fault?, value? }`; `value` is present only with success and without a fault.
template <typename Value>
Napi::Object ToObject(Napi::Env env, const Answer<Value>& answer) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("status", Napi::Number::New(env, answer.status));
  if (answer.fault) object.Set("fault", Napi::String::New(env, *answer.fault));
  if (answer.value) object.Set("value", ToValue(env, *answer.value));
  return object;
}

}  // namespace tokenbinding
