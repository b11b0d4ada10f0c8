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

/// Converts JavaScript values to values of SSPI and back, like convert.h.
namespace tokenbinding::sspi {

using CredentialsHandle = Handle<Credentials, 0x7a9d3c51e0b84f26>;
using ContextHandle = Handle<Context, 0xb1f60e8843d72c95>;

/// Each returns nullopt for undefined.
std::optional<Bytes> OptionalBytesAt(const Napi::CallbackInfo& info, size_t index);
std::optional<std::wstring> OptionalStringAt(const Napi::CallbackInfo& info, size_t index);
std::optional<Identity> IdentityAt(const Napi::CallbackInfo& info, size_t index);

/// Returns the buffers of a message and checks its total size, with `capacity` more bytes. The
/// buffers point to memory of JavaScript: no JavaScript may run before they are copied.
std::vector<Message::Part> PartsAt(const Napi::CallbackInfo& info, size_t index,
                                   uint32_t capacity = 0);

Napi::Value ToValue(Napi::Env env, const std::shared_ptr<Credentials>& credentials);
Napi::Value ToValue(Napi::Env env, const std::shared_ptr<Context>& context);
Napi::Value ToValue(Napi::Env env, const StepResult& step);
Napi::Value ToValue(Napi::Env env, const Message& message);
Napi::Value ToValue(Napi::Env env, const UnprotectedMessage& received);
Napi::Value ToValue(Napi::Env env, const PackageInfo& info);
Napi::Value ToValue(Napi::Env env, const std::vector<PackageInfo>& list);
Napi::Value ToValue(Napi::Env env, const Sizes& sizes);
Napi::Value ToValue(Napi::Env env, const KeyInfo& info);
Napi::Value ToValue(Napi::Env env, const NegotiationInfo& info);

}  // namespace tokenbinding::sspi
