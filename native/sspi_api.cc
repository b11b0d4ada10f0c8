#include "sspi_api.h"

namespace tokenbinding::sspi {

Lookup<Api> FindFunctions(const Library& library) {
  Lookup<Api> lookup;
  const auto need = [&](const char* name, auto function) { lookup.Need(library, name, function); };
  need("EnumerateSecurityPackagesW", &Api::enumerate_security_packages);
  need("QuerySecurityPackageInfoW", &Api::query_security_package_info);
  need("FreeContextBuffer", &Api::free_context_buffer);
  need("AcquireCredentialsHandleW", &Api::acquire_credentials_handle);
  need("FreeCredentialsHandle", &Api::free_credentials_handle);
  need("InitializeSecurityContextW", &Api::initialize_security_context);
  need("AcceptSecurityContext", &Api::accept_security_context);
  need("CompleteAuthToken", &Api::complete_auth_token);
  need("DeleteSecurityContext", &Api::delete_security_context);
  need("QueryContextAttributesW", &Api::query_context_attributes);
  need("MakeSignature", &Api::make_signature);
  need("VerifySignature", &Api::verify_signature);
  need("EncryptMessage", &Api::encrypt_message);
  need("DecryptMessage", &Api::decrypt_message);
  return lookup;
}

}  // namespace tokenbinding::sspi
