#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "fault.h"

namespace tokenbinding {

using Bytes = std::vector<uint8_t>;

/// The only status that means success. Every other number is a failure, positive ones too.
constexpr uint32_t kSuccess = 0;

/// The result of calling a function of the DLL.
template <typename Value>
struct Answer {
  using Type = Value;

  uint32_t status = kSuccess;
  /// Why the result is invalid although the status is kSuccess.
  Fault fault;
  /// Present only with kSuccess and without a fault.
  std::optional<Value> value;

  bool Succeeded() const { return value.has_value(); }
};

/// Makes the answer from a SECURITY_STATUS or HRESULT. After a success `copy` copies the function's
/// result into the value, or returns the fault of that result.
template <typename Value, typename Copy>
Answer<Value> FromStatus(int32_t status, Copy copy) {
  Answer<Value> answer;
  answer.status = static_cast<uint32_t>(status);
  if (answer.status != kSuccess) return answer;
  Value value{};
  answer.fault = copy(value);
  if (!answer.fault) answer.value = std::move(value);
  return answer;
}

/// The same for a function whose result cannot be invalid.
template <typename Value>
Answer<Value> FromStatusAndValue(int32_t status, Value value) {
  return FromStatus<Value>(status, [&](Value& copy) {
    copy = std::move(value);
    return Fault();
  });
}

/// Makes the answer of a call with a status other than kSuccess.
template <typename Value>
Answer<Value> FromFailure(int32_t status) {
  Answer<Value> answer;
  answer.status = static_cast<uint32_t>(status);
  return answer;
}

/// Converts the value of an answer and keeps its status and fault.
template <typename Value, typename Convert>
auto Map(const Answer<Value>& answer, Convert convert) {
  Answer<decltype(convert(*answer.value))> mapped;
  mapped.status = answer.status;
  mapped.fault = answer.fault;
  if (answer.Succeeded()) mapped.value = convert(*answer.value);
  return mapped;
}

/// The value of a function that returns only a status.
struct Unit {};

}  // namespace tokenbinding
