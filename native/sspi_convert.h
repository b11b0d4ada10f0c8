#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <vector>

#include "handle.h"
#include "sspi_attributes.h"
#include "sspi_context.h"
#include "sspi_credentials.h"
#include "sspi_package.h"

/// JavaScript values to those of SSPI and back, as convert.h has it for the rest.
namespace tokenbinding::sspi {

using CredentialsHandle = Handle<Credentials, 0x7a9d3c51e0b84f26>;
using ContextHandle = Handle<Context, 0xb1f60e8843d72c95>;

/// Each is none for undefined.
std::optional<Bytes> OptionalBytesAt(const Napi::CallbackInfo& info, size_t index);
std::optional<std::wstring> OptionalStringAt(const Napi::CallbackInfo& info, size_t index);
std::optional<Identity> IdentityAt(const Napi::CallbackInfo& info, size_t index);

/// The buffers of a message, which is to have `room` besides. They are JavaScript's memory: no
/// JavaScript may run before they are copied.
std::vector<Message::Part> PartsAt(const Napi::CallbackInfo& info, size_t index, uint32_t room = 0);

Napi::Value ToValue(Napi::Env env, const std::shared_ptr<Credentials>& credentials);
Napi::Value ToValue(Napi::Env env, const std::shared_ptr<Context>& context);
Napi::Value ToValue(Napi::Env env, const Step& step);
Napi::Value ToValue(Napi::Env env, const Message& message);
Napi::Value ToValue(Napi::Env env, const Received& received);
Napi::Value ToValue(Napi::Env env, const PackageInfo& info);
Napi::Value ToValue(Napi::Env env, const std::vector<PackageInfo>& list);
Napi::Value ToValue(Napi::Env env, const Sizes& sizes);
Napi::Value ToValue(Napi::Env env, const KeyInfo& info);
Napi::Value ToValue(Napi::Env env, const NegotiationInfo& info);

}  // namespace tokenbinding::sspi
