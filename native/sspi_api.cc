#include "sspi_api.h"

#include <type_traits>

namespace tokenbinding::sspi {

Lookup FindFunctions(const Library& library) {
  Lookup lookup;
  Api& api = lookup.api;
  const auto need = [&](const char* name, auto& function) {
    using Function = std::remove_reference_t<decltype(function)>;
    function = reinterpret_cast<Function>(library.Find(name));
    if (function == nullptr && lookup.missing == nullptr) lookup.missing = name;
  };
  need("EnumerateSecurityPackagesW", api.enumerate_security_packages);
  need("QuerySecurityPackageInfoW", api.query_security_package_info);
  need("FreeContextBuffer", api.free_context_buffer);
  need("AcquireCredentialsHandleW", api.acquire_credentials_handle);
  need("FreeCredentialsHandle", api.free_credentials_handle);
  need("InitializeSecurityContextW", api.initialize_security_context);
  need("AcceptSecurityContext", api.accept_security_context);
  need("CompleteAuthToken", api.complete_auth_token);
  need("DeleteSecurityContext", api.delete_security_context);
  need("QueryContextAttributesW", api.query_context_attributes);
  need("MakeSignature", api.make_signature);
  need("VerifySignature", api.verify_signature);
  need("EncryptMessage", api.encrypt_message);
  need("DecryptMessage", api.decrypt_message);
  return lookup;
}

}  // namespace tokenbinding::sspi
