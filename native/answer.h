#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace tokenbinding {

using Bytes = std::vector<uint8_t>;

/// The one status that means success; every other number, positive ones too, is a failure.
constexpr uint32_t kSuccess = 0;

/// What a function of the DLL answered.
template <typename Value>
struct Answer {
  uint32_t status = kSuccess;
  /// What is misshapen in an answer that came with kSuccess, else nullptr.
  const char* fault = nullptr;
  /// Of meaning only with kSuccess and without a fault.
  Value value{};

  bool Succeeded() const { return status == kSuccess && fault == nullptr; }
};

/// The value of a function that answers with its status alone.
struct Nothing {};

}  // namespace tokenbinding
