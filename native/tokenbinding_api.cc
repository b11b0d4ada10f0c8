#include "tokenbinding_api.h"

namespace tokenbinding {
Lookup<Api> FindFunctions(const Library& library) {
  Lookup<Api> lookup;
  const auto need = [&](const char* name, auto function) { lookup.Need(library, name, function); };
  need("TokenBindingVerifyMessage", &Api::verify_message);
  need("TokenBindingGetHighestSupportedVersion", &Api::get_highest_supported_version);
  // Only the second version of the ABI has the latter; the rest must not be called in the first.
  const Api& api = lookup.api;
  lookup.too_old = api.verify_message != nullptr && api.get_highest_supported_version == nullptr;
  if (lookup.missing != nullptr) return lookup;
  need("TokenBindingGenerateBinding", &Api::generate_binding);
  need("TokenBindingGenerateMessage", &Api::generate_message);
  need("TokenBindingGetKeyTypesClient", &Api::get_key_types_client);
  need("TokenBindingGetKeyTypesServer", &Api::get_key_types_server);
  need("TokenBindingDeleteBinding", &Api::delete_binding);
  need("TokenBindingDeleteAllBindings", &Api::delete_all_bindings);
  need("TokenBindingGenerateID", &Api::generate_id);
  lookup.Find(library, "TokenBindingGenerateIDForUri", &Api::generate_id_for_uri);
  return lookup;
}

}  // namespace tokenbinding
