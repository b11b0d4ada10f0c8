#include "sspi_convert.h"

#include <limits>
#include <string>

#include "convert.h"

namespace tokenbinding::sspi {

using tokenbinding::ToValue;

namespace {

using Napi::CallbackInfo;
using Napi::Value;

std::u16string TextOf(const Value& value, size_t index) {
  if (!value.IsString()) throw InvalidArgType(value.Env(), index, "an identity of strings");
  return value.As<Napi::String>().Utf16Value();
}

/// Copies directly into the secret, so that no other copy remains in memory.
Secret<char16_t> SecretOf(const Value& value, size_t index) {
  const Napi::Env env = value.Env();
  size_t length = 0;
  if (napi_get_value_string_utf16(env, value, nullptr, 0, &length) != napi_ok) {
    throw InvalidArgType(env, index, "an identity of strings");
  }
  Secret<char16_t> secret(length);
  const napi_status status =
      napi_get_value_string_utf16(env, value, secret.Data(), length + 1, &length);
  if (status != napi_ok) throw Napi::Error::New(env);
  return secret;
}

/// Keeps sums of sizes from overflowing a size_t of 32 bits.
constexpr uint32_t kMaxMessageSize = 0x7fffffff;

struct Buffer {
  uint32_t type;
  Value data;
};

std::vector<Buffer> BuffersAt(const CallbackInfo& info, size_t index) {
  if (!info[index].IsArray()) throw InvalidArgType(info.Env(), index, "an array");
  const auto array = info[index].As<Napi::Array>();
  std::vector<Buffer> buffers;
  for (uint32_t item = 0; item < array.Length(); item++) {
    const Value value = array.Get(item);
    if (!value.IsObject()) throw InvalidArgType(info.Env(), index, "an array of buffers");
    const auto buffer = value.As<Napi::Object>();
    buffers.push_back({Uint32Of(buffer.Get("type"), index), buffer.Get("data")});
  }
  return buffers;
}

}  // namespace

std::optional<Bytes> OptionalBytesAt(const CallbackInfo& info, size_t index) {
  if (info[index].IsUndefined()) return std::nullopt;
  return BytesAt(info, index);
}

std::optional<std::wstring> OptionalStringAt(const CallbackInfo& info, size_t index) {
  if (info[index].IsUndefined()) return std::nullopt;
  return StringAt(info, index);
}

std::optional<Identity> IdentityAt(const CallbackInfo& info, size_t index) {
  if (info[index].IsUndefined()) return std::nullopt;
  if (!info[index].IsObject()) throw InvalidArgType(info.Env(), index, "an identity");
  const auto object = info[index].As<Napi::Object>();
  Identity identity;
  identity.user = TextOf(object.Get("user"), index);
  identity.domain = TextOf(object.Get("domain"), index);
  identity.password = SecretOf(object.Get("password"), index);
  return identity;
}

std::vector<Message::Part> PartsAt(const CallbackInfo& info, size_t index, uint32_t capacity) {
  size_t remaining = kMaxMessageSize;
  const auto reserve = [&](size_t size) {
    if (size > remaining) throw OutOfRange(info.Env(), index, "below 2 GiB in all");
    remaining -= size;
  };
  reserve(capacity);
  std::vector<Message::Part> parts;
  // A getter of one buffer may change another: read all properties first, then the bytes.
  for (const Buffer& buffer : BuffersAt(info, index)) {
    Napi::Uint8Array data = ArrayOf(buffer.data, index);
    reserve(data.ByteLength());
    parts.push_back({buffer.type, data.Data(), static_cast<uint32_t>(data.ByteLength())});
  }
  return parts;
}

Value ToValue(Napi::Env env, const std::shared_ptr<Credentials>& credentials) {
  return CredentialsHandle::New(env, credentials);
}

Value ToValue(Napi::Env env, const std::shared_ptr<Context>& context) {
  return ContextHandle::New(env, context);
}

Value ToValue(Napi::Env env, const StepResult& step) {
  auto object = Napi::Object::New(env);
  object.Set("done", Napi::Boolean::New(env, step.done));
  object.Set("token", ToValue(env, step.token));
  object.Set("attributes", ToValue(env, step.attributes));
  return object;
}

namespace {

/// The message was decrypted in place: tokens and streams are its input and are not returned.
void OmitInput(std::vector<Message::Part>& parts) {
  for (Message::Part& part : parts) {
    const uint32_t type = part.type & ~abi::kBufferAttributes;
    if (type == abi::kToken || type == abi::kStream) part.size = 0;
  }
}

Value PartsToValue(Napi::Env env, const std::vector<Message::Part>& parts) {
  auto array = Napi::Array::New(env, parts.size());
  for (uint32_t index = 0; index < parts.size(); index++) {
    const Napi::HandleScope scope(env);
    const Message::Part& part = parts[index];
    auto buffer = Napi::Object::New(env);
    buffer.Set("type", ToValue(env, part.type));
    buffer.Set("data", ToValue(env, part.data, part.size));
    array.Set(index, buffer);
  }
  return array;
}

}  // namespace

Value ToValue(Napi::Env env, const Message& message) { return PartsToValue(env, message.Parts()); }

Value ToValue(Napi::Env env, const UnprotectedMessage& received) {
  auto object = Napi::Object::New(env);
  object.Set("qop", ToValue(env, received.qop));
  std::vector<Message::Part> parts = received.message.Parts();
  OmitInput(parts);
  object.Set("buffers", PartsToValue(env, parts));
  return object;
}

Value ToValue(Napi::Env env, const PackageInfo& info) {
  auto object = Napi::Object::New(env);
  object.Set("capabilities", ToValue(env, info.capabilities));
  object.Set("version", ToValue(env, uint32_t{info.version}));
  object.Set("rpcId", ToValue(env, uint32_t{info.rpc_id}));
  object.Set("maxToken", ToValue(env, info.max_token));
  object.Set("name", ToValue(env, info.name));
  object.Set("comment", ToValue(env, info.comment));
  return object;
}

Value ToValue(Napi::Env env, const std::vector<PackageInfo>& list) {
  auto array = Napi::Array::New(env, list.size());
  for (uint32_t index = 0; index < list.size(); index++) {
    const Napi::HandleScope scope(env);
    array.Set(index, ToValue(env, list[index]));
  }
  return array;
}

Value ToValue(Napi::Env env, const Sizes& sizes) {
  auto object = Napi::Object::New(env);
  object.Set("maxToken", ToValue(env, sizes.max_token));
  object.Set("maxSignature", ToValue(env, sizes.max_signature));
  object.Set("blockSize", ToValue(env, sizes.block_size));
  object.Set("securityTrailer", ToValue(env, sizes.security_trailer));
  return object;
}

Value ToValue(Napi::Env env, const KeyInfo& info) {
  auto object = Napi::Object::New(env);
  object.Set("signatureAlgorithmName", ToValue(env, info.signature_algorithm_name));
  object.Set("encryptAlgorithmName", ToValue(env, info.encrypt_algorithm_name));
  object.Set("keySize", ToValue(env, info.key_size));
  object.Set("signatureAlgorithm", ToValue(env, info.signature_algorithm));
  object.Set("encryptAlgorithm", ToValue(env, info.encrypt_algorithm));
  return object;
}

Value ToValue(Napi::Env env, const NegotiationInfo& info) {
  auto object = Napi::Object::New(env);
  object.Set("package", ToValue(env, info.package));
  object.Set("state", ToValue(env, info.state));
  return object;
}

}  // namespace tokenbinding::sspi
