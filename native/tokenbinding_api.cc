#include "tokenbinding_api.h"

namespace tokenbinding {
namespace {

template <typename Function>
bool Find(const Library& library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(library.Find(name));
  return function != nullptr;
}

}  // namespace

Lookup FindFunctions(const Library& library) {
  Lookup lookup;
  Api& api = lookup.api;
  const auto need = [&](const char* name, auto& function) {
    if (!Find(library, name, function) && lookup.missing == nullptr) lookup.missing = name;
  };
  need("TokenBindingVerifyMessage", api.verify_message);
  need("TokenBindingGetHighestSupportedVersion", api.get_highest_supported_version);
  // Only the second version of the ABI has the latter; the rest must not be called in the first.
  lookup.too_old = api.verify_message != nullptr && api.get_highest_supported_version == nullptr;
  if (lookup.missing != nullptr) return lookup;
  need("TokenBindingGenerateBinding", api.generate_binding);
  need("TokenBindingGenerateMessage", api.generate_message);
  need("TokenBindingGetKeyTypesClient", api.get_key_types_client);
  need("TokenBindingGetKeyTypesServer", api.get_key_types_server);
  need("TokenBindingDeleteBinding", api.delete_binding);
  need("TokenBindingDeleteAllBindings", api.delete_all_bindings);
  need("TokenBindingGenerateID", api.generate_id);
  Find(library, "TokenBindingGenerateIDForUri", api.generate_id_for_uri);
  return lookup;
}

}  // namespace tokenbinding
