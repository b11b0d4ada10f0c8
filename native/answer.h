#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "fault.h"

namespace tokenbinding {

using Bytes = std::vector<uint8_t>;

/// The one status that means success; every other number, positive ones too, is a failure.
constexpr uint32_t kSuccess = 0;

/// What a function of the DLL answered.
template <typename Value>
struct Answer {
  using Type = Value;

  uint32_t status = kSuccess;
  /// Of an answer that came with kSuccess.
  Fault fault;
  /// There is one with kSuccess and without a fault, and with nothing else.
  std::optional<Value> value;

  bool Succeeded() const { return value.has_value(); }
};

/// The answer of a function by its SECURITY_STATUS or HRESULT. After a success `copy` makes the
/// value of what the function gave, or says what is wrong with that.
template <typename Value, typename Copy>
Answer<Value> Answered(int32_t status, Copy copy) {
  Answer<Value> answer;
  answer.status = static_cast<uint32_t>(status);
  if (answer.status != kSuccess) return answer;
  Value value{};
  answer.fault = copy(value);
  if (!answer.fault) answer.value = std::move(value);
  return answer;
}

/// The same of a function whose value cannot be invalid.
template <typename Value>
Answer<Value> AnsweredWith(int32_t status, Value value) {
  return Answered<Value>(status, [&](Value& copy) {
    copy = std::move(value);
    return Fault();
  });
}

/// The answer with a status other than kSuccess.
template <typename Value>
Answer<Value> Failed(int32_t status) {
  Answer<Value> answer;
  answer.status = static_cast<uint32_t>(status);
  return answer;
}

/// The same answer with what `map` makes of its value.
template <typename Value, typename Map>
auto Mapped(const Answer<Value>& answer, Map map) {
  Answer<decltype(map(*answer.value))> mapped;
  mapped.status = answer.status;
  mapped.fault = answer.fault;
  if (answer.Succeeded()) mapped.value = map(*answer.value);
  return mapped;
}

/// The value of a function that answers with its status alone.
struct Nothing {};

}  // namespace tokenbinding
