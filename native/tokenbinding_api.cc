#include "tokenbinding_api.h"

namespace tokenbinding {
Lookup<Api> FindFunctions(const Library& library) {
  Lookup<Api> lookup;
  const auto require = [&](const char* name, auto function) {
    lookup.Require(library, name, function);
  };
  require("TokenBindingVerifyMessage", &Api::verify_message);
  require("TokenBindingGetHighestSupportedVersion", &Api::get_highest_supported_version);
  // Only the second version of the ABI has GetHighestSupportedVersion. The functions of the first
  // have other parameters and must not be called.
  const Api& api = lookup.api;
  lookup.too_old = api.verify_message != nullptr && api.get_highest_supported_version == nullptr;
  if (lookup.missing != nullptr) return lookup;
  require("TokenBindingGenerateBinding", &Api::generate_binding);
  require("TokenBindingGenerateMessage", &Api::generate_message);
  require("TokenBindingGetKeyTypesClient", &Api::get_key_types_client);
  require("TokenBindingGetKeyTypesServer", &Api::get_key_types_server);
  require("TokenBindingDeleteBinding", &Api::delete_binding);
  require("TokenBindingDeleteAllBindings", &Api::delete_all_bindings);
  require("TokenBindingGenerateID", &Api::generate_id);
  lookup.Find(library, "TokenBindingGenerateIDForUri", &Api::generate_id_for_uri);
  return lookup;
}

}  // namespace tokenbinding
