#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "../../../native/sspi_api.h"

/// A fake secur32.dll whose results each test sets. It aborts the program if an invalid handle is
/// released, or a released one is used.
namespace fake {

namespace abi = tokenbinding::sspi::abi;

struct Secur32 {
  /// The status of every function except FreeContextBuffer, FreeCredentialsHandle,
  /// DeleteSecurityContext and CompleteAuthToken.
  abi::Status status = 0;
  abi::Status status_of_complete = 0;
  /// Whether functions create handles, if their status is not negative.
  bool creates_handles = true;
  uint32_t max_token = 100;
  uint32_t package_count = 2;

  std::function<void(abi::PackageInfo& package)> on_package;
  std::function<void(const abi::Identity* identity)> on_identity;
  std::function<void(abi::BufferList* input, abi::BufferList* output)> on_step;
  std::function<void(abi::BufferList* message, uint32_t* qop)> on_message;
  std::function<void(uint32_t attribute, void* values)> on_query;

  /// The functions called, in order.
  std::vector<std::string> calls;
  /// The arguments of the last step.
  std::wstring target;
  uint32_t requirements = 0;
  /// The arguments of the last message call.
  uint32_t qop = 0;
  uint32_t sequence = 0;
};

extern Secur32 secur32;
extern const tokenbinding::sspi::Api kSspi;

/// The number of handles that were created and not released.
size_t HandlesOutstanding();

/// Allocates a text on the heap.
wchar_t* Text(const std::wstring& text);

/// The failures that Windows' documentation lists for the functions of the table, and some that it
/// does not list.
std::vector<abi::Status> Failures();

}  // namespace fake
