#pragma once

#include "library.h"
#include "tokenbinding_abi.h"

namespace tokenbinding {

/// The functions of one tokenbinding.dll.
struct Api {
  abi::GenerateBinding generate_binding = nullptr;
  abi::GenerateMessage generate_message = nullptr;
  abi::VerifyMessage verify_message = nullptr;
  abi::GetKeyTypes get_key_types_client = nullptr;
  abi::GetKeyTypes get_key_types_server = nullptr;
  abi::DeleteBinding delete_binding = nullptr;
  abi::DeleteAllBindings delete_all_bindings = nullptr;
  abi::GenerateId generate_id = nullptr;
  /// nullptr before Windows 10 version 1903.
  abi::GenerateIdForUri generate_id_for_uri = nullptr;
  abi::GetHighestSupportedVersion get_highest_supported_version = nullptr;
};

Lookup<Api> FindFunctions(const Library& library);

}  // namespace tokenbinding
