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

/// The outcome of looking up the functions of a DLL.
struct Lookup {
  Api api;
  /// It is of the first version of the ABI, whose functions have the same names and other
  /// parameters.
  bool too_old = false;
  /// The first function that it should have and has not, or nullptr.
  const char* missing = nullptr;
};

Lookup FindFunctions(const Library& library);

}  // namespace tokenbinding
