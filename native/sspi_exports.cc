#include "sspi_exports.h"

#include <memory>
#include <utility>

#include "convert.h"
#include "promise_task.h"
#include "sspi_convert.h"

namespace tokenbinding::sspi {
namespace {

using Napi::CallbackInfo;
using Napi::Value;

/// Calls a function with the resource of a handle; fails with SEC_E_INVALID_HANDLE if it is closed.
template <typename Resource, typename Call>
auto CallOn(const std::shared_ptr<Resource>& resource, Call call) -> decltype(call(*resource)) {
  using Value = typename decltype(call(*resource))::Type;
  if (resource == nullptr) return FromFailure<Value>(abi::kInvalidHandle);
  return call(*resource);
}

Value Enumerate(const Api& api, const CallbackInfo& info) {
  return ToObject(info.Env(), EnumerateSecurityPackages(api));
}

Value QueryPackage(const Api& api, const CallbackInfo& info) {
  return ToObject(info.Env(), QuerySecurityPackageInfo(api, StringAt(info, 0)));
}

Value Acquire(const Api& api, const CallbackInfo& info) {
  auto work = [api, package = StringAt(info, 0), use = Uint32At(info, 1),
               identity = IdentityAt(info, 2)]() mutable {
    return AcquireCredentials(api, package, use, std::move(identity));
  };
  return PromiseTask<decltype(work)>::Start(info.Env(), std::move(work));
}

Value NewContext(const CallbackInfo& info, const ContextRequest& request) {
  const auto credentials = CredentialsHandle::At(info, 0);
  return ToObject(info.Env(), CallOn(credentials, [&](Credentials&) {
                    Answer<std::shared_ptr<Context>> answer;
                    answer.value = std::make_shared<Context>(credentials, request);
                    return answer;
                  }));
}

Value NewClientContext(const CallbackInfo& info) {
  return NewContext(info, {ContextRequest::Role::kClient, OptionalStringAt(info, 1),
                           Uint32At(info, 2), OptionalBytesAt(info, 3)});
}

Value NewServerContext(const CallbackInfo& info) {
  return NewContext(info, {ContextRequest::Role::kServer, std::nullopt, Uint32At(info, 1),
                           OptionalBytesAt(info, 2)});
}

Value StepContext(const CallbackInfo& info) {
  auto work = [context = ContextHandle::At(info, 0), token = OptionalBytesAt(info, 1)]() mutable {
    return CallOn(context, [&](Context& open) { return open.Step(std::move(token)); });
  };
  return PromiseTask<decltype(work)>::Start(info.Env(), std::move(work));
}

/// Calls a function with the context that is the first argument.
template <typename Call>
Value CallOnContext(const CallbackInfo& info, Call call) {
  return ToObject(info.Env(), CallOn(ContextHandle::At(info, 0), call));
}

Value Sign(const CallbackInfo& info) {
  const uint32_t qop = Uint32At(info, 1);
  const uint32_t capacity = Uint32At(info, 3);
  const uint32_t sequence = Uint32At(info, 4);
  std::vector<Message::Part> parts = PartsAt(info, 2, capacity);
  parts.push_back({abi::kToken, nullptr, capacity});
  return CallOnContext(
      info, [&](Context& context) { return context.MakeSignature(qop, Message(parts), sequence); });
}

Value Verify(const CallbackInfo& info) {
  const uint32_t sequence = Uint32At(info, 2);
  const std::vector<Message::Part> parts = PartsAt(info, 1);
  return CallOnContext(
      info, [&](Context& context) { return context.VerifySignature(Message(parts), sequence); });
}

Value Encrypt(const CallbackInfo& info) {
  const uint32_t qop = Uint32At(info, 1);
  const uint32_t sequence = Uint32At(info, 3);
  const std::vector<Message::Part> parts = PartsAt(info, 2);
  return CallOnContext(info, [&](Context& context) {
    return context.EncryptMessage(qop, Message(parts), sequence);
  });
}

Value Decrypt(const CallbackInfo& info) {
  const uint32_t sequence = Uint32At(info, 2);
  const std::vector<Message::Part> parts = PartsAt(info, 1);
  return CallOnContext(
      info, [&](Context& context) { return context.DecryptMessage(Message(parts), sequence); });
}

template <typename Closed>
void Close(const CallbackInfo& info) {
  Closed::Close(info, 0);
}

}  // namespace

Napi::Object Exports(Napi::Env env, const Api& api) {
  Napi::Object object = Napi::Object::New(env);
  const auto add = [&](const char* name, auto call) {
    object.Set(name, Napi::Function::New(env, call, name));
  };
  const auto add_over = [&](const char* name, auto call) {
    add(name, [api, call](const CallbackInfo& info) { return call(api, info); });
  };
  const auto add_query = [&](const char* name, auto query) {
    add(name, [query](const CallbackInfo& info) { return CallOnContext(info, query); });
  };
  add_over("enumerateSecurityPackages", Enumerate);
  add_over("querySecurityPackageInfo", QueryPackage);
  add_over("acquireCredentialsHandle", Acquire);
  add("newClientContext", NewClientContext);
  add("newServerContext", NewServerContext);
  add("step", StepContext);
  add_query("querySizes", QuerySizes);
  add_query("queryNames", QueryNames);
  add_query("queryKeyInfo", QueryKeyInfo);
  add_query("querySessionKey", QuerySessionKey);
  add_query("queryPackageInfo", QueryPackageInfo);
  add_query("queryNegotiationInfo", QueryNegotiationInfo);
  add_query("queryFlags", QueryFlags);
  add("makeSignature", Sign);
  add("verifySignature", Verify);
  add("encryptMessage", Encrypt);
  add("decryptMessage", Decrypt);
  add("closeCredentials", Close<CredentialsHandle>);
  add("closeContext", Close<ContextHandle>);
  return object;
}

}  // namespace tokenbinding::sspi
