#pragma once

#include "library.h"
#include "sspi_abi.h"

namespace tokenbinding::sspi {

/// The functions of secur32.dll.
struct Api {
  abi::EnumerateSecurityPackages enumerate_security_packages = nullptr;
  abi::QuerySecurityPackageInfo query_security_package_info = nullptr;
  abi::FreeContextBuffer free_context_buffer = nullptr;
  abi::AcquireCredentialsHandle acquire_credentials_handle = nullptr;
  abi::Release free_credentials_handle = nullptr;
  abi::InitializeSecurityContext initialize_security_context = nullptr;
  abi::AcceptSecurityContext accept_security_context = nullptr;
  abi::CompleteAuthToken complete_auth_token = nullptr;
  abi::Release delete_security_context = nullptr;
  abi::QueryContextAttributes query_context_attributes = nullptr;
  abi::Protect make_signature = nullptr;
  abi::Unprotect verify_signature = nullptr;
  abi::Protect encrypt_message = nullptr;
  abi::Unprotect decrypt_message = nullptr;
};

Lookup<Api> FindFunctions(const Library& library);

}  // namespace tokenbinding::sspi
