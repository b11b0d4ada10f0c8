#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "../../../native/sspi_api.h"

/// A secur32.dll that does as each test says, and ends the program where a handle is released that
/// is none, or used when it has been.
namespace fake {

namespace abi = tokenbinding::sspi::abi;

struct Secur32 {
  /// What every function answers with, but FreeContextBuffer, FreeCredentialsHandle,
  /// DeleteSecurityContext and CompleteAuthToken.
  abi::Status status = 0;
  abi::Status status_of_completing = 0;
  /// Of the two kinds of handles, new ones are given with a status that is not negative.
  bool gives_handles = true;
  uint32_t max_token = 100;
  uint32_t package_count = 2;

  std::function<void(abi::PackageInfo& package)> on_package;
  std::function<void(const abi::Identity* identity)> on_identity;
  std::function<void(abi::BufferList* input, abi::BufferList* output)> on_step;
  std::function<void(abi::BufferList* message, uint32_t* qop)> on_message;
  std::function<void(uint32_t attribute, void* values)> on_query;

  /// The functions called, in order.
  std::vector<std::string> calls;
  /// Of the last step.
  std::wstring target;
  uint32_t requirements = 0;
  /// Of the last message.
  uint32_t qop = 0;
  uint32_t sequence = 0;
};

extern Secur32 secur32;
extern const tokenbinding::sspi::Api kSspi;

/// Of the handles given, those that have not been released.
size_t HandlesOutstanding();

/// A text in a block of the heap.
wchar_t* Text(const std::wstring& text);

/// Every status that a page of Windows' documentation has for a function of the table, but success;
/// and some that none has.
std::vector<abi::Status> Failures();

}  // namespace fake
