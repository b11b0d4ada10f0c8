#include "sspi_api.h"

namespace tokenbinding::sspi {

Lookup<Api> FindFunctions(const Library& library) {
  Lookup<Api> lookup;
  const auto require = [&](const char* name, auto function) {
    lookup.Require(library, name, function);
  };
  require("EnumerateSecurityPackagesW", &Api::enumerate_security_packages);
  require("QuerySecurityPackageInfoW", &Api::query_security_package_info);
  require("FreeContextBuffer", &Api::free_context_buffer);
  require("AcquireCredentialsHandleW", &Api::acquire_credentials_handle);
  require("FreeCredentialsHandle", &Api::free_credentials_handle);
  require("InitializeSecurityContextW", &Api::initialize_security_context);
  require("AcceptSecurityContext", &Api::accept_security_context);
  require("CompleteAuthToken", &Api::complete_auth_token);
  require("DeleteSecurityContext", &Api::delete_security_context);
  require("QueryContextAttributesW", &Api::query_context_attributes);
  require("MakeSignature", &Api::make_signature);
  require("VerifySignature", &Api::verify_signature);
  require("EncryptMessage", &Api::encrypt_message);
  require("DecryptMessage", &Api::decrypt_message);
  return lookup;
}

}  // namespace tokenbinding::sspi
