#include "exports.h"

#include <string>

#include "convert.h"
#include "promise_task.h"

namespace tokenbinding {
namespace {

using Napi::CallbackInfo;

// Each function here copies the arguments of one call and returns the call itself, which may run on
// a thread without JavaScript.

auto PrepareGenerateBinding(const Api& api, const CallbackInfo& info) {
  return [api, key_type = Uint32At(info, 0), target = StringAt(info, 1),
          binding_type = Uint32At(info, 2), ekm = BytesAt(info, 3),
          extension = Extension{Uint32At(info, 4), BytesAt(info, 5)}] {
    return GenerateBinding(api, key_type, target, binding_type, ekm, extension);
  };
}

auto PrepareGenerateMessage(const Api& api, const CallbackInfo& info) {
  return
      [api, token_bindings = ByteListAt(info, 0)] { return GenerateMessage(api, token_bindings); };
}

auto PrepareVerifyMessage(const Api& api, const CallbackInfo& info) {
  return [api, message = BytesAt(info, 0), key_type = Uint32At(info, 1), ekm = BytesAt(info, 2)] {
    return VerifyMessage(api, message, key_type, ekm);
  };
}

auto PrepareGetKeyTypesClient(const Api& api, const CallbackInfo&) {
  return [api] { return GetKeyTypesClient(api); };
}

auto PrepareGetKeyTypesServer(const Api& api, const CallbackInfo&) {
  return [api] { return GetKeyTypesServer(api); };
}

auto PrepareDeleteBinding(const Api& api, const CallbackInfo& info) {
  return [api, target = StringAt(info, 0)] { return DeleteBinding(api, target); };
}

auto PrepareDeleteAllBindings(const Api& api, const CallbackInfo&) {
  return [api] { return DeleteAllBindings(api); };
}

auto PrepareGenerateId(const Api& api, const CallbackInfo& info) {
  return [api, key_type = Uint32At(info, 0), public_key = BytesAt(info, 1)] {
    return GenerateId(api, key_type, public_key);
  };
}

auto PrepareGenerateIdForUri(const Api& api, const CallbackInfo& info) {
  return [api, key_type = Uint32At(info, 0), target = StringAt(info, 1)] {
    return GenerateIdForUri(api, key_type, target);
  };
}

auto PrepareGetHighestSupportedVersion(const Api& api, const CallbackInfo&) {
  return [api] { return GetHighestSupportedVersion(api); };
}

template <typename Prepare>
void AddPromiseForm(Napi::Object object, const char* name, const Api& api, Prepare prepare) {
  const auto call = [api, prepare](const CallbackInfo& info) -> Napi::Value {
    return PromiseTask<decltype(prepare(api, info))>::Start(info.Env(), prepare(api, info));
  };
  object.Set(name, Napi::Function::New(object.Env(), call, name));
}

template <typename Prepare>
void AddBothForms(Napi::Object object, const std::string& name, const Api& api, Prepare prepare) {
  AddPromiseForm(object, name.c_str(), api, prepare);
  const std::string sync = name + "Sync";
  const auto call = [api, prepare](const CallbackInfo& info) -> Napi::Value {
    return ToObject(info.Env(), prepare(api, info)());
  };
  object.Set(sync, Napi::Function::New(object.Env(), call, sync));
}

}  // namespace

Napi::Object Exports(Napi::Env env, const Api& api) {
  Napi::Object object = Napi::Object::New(env);
  AddBothForms(object, "generateBinding", api, PrepareGenerateBinding);
  AddBothForms(object, "generateMessage", api, PrepareGenerateMessage);
  AddBothForms(object, "verifyMessage", api, PrepareVerifyMessage);
  AddPromiseForm(object, "getKeyTypesClient", api, PrepareGetKeyTypesClient);
  AddPromiseForm(object, "getKeyTypesServer", api, PrepareGetKeyTypesServer);
  AddPromiseForm(object, "deleteBinding", api, PrepareDeleteBinding);
  AddPromiseForm(object, "deleteAllBindings", api, PrepareDeleteAllBindings);
  AddPromiseForm(object, "generateId", api, PrepareGenerateId);
  if (api.generate_id_for_uri != nullptr) {
    AddPromiseForm(object, "generateIdForUri", api, PrepareGenerateIdForUri);
  }
  AddPromiseForm(object, "getHighestSupportedVersion", api, PrepareGetHighestSupportedVersion);
  return object;
}

}  // namespace tokenbinding
