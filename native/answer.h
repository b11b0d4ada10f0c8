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

/// The answer of a function by its SECURITY_STATUS or HRESULT.
template <typename Value>
Answer<Value> Answered(int32_t status) {
  Answer<Value> answer;
  answer.status = static_cast<uint32_t>(status);
  return answer;
}

/// The same answer with what `map` makes of its value.
template <typename Value, typename Map>
auto Mapped(const Answer<Value>& answer, Map map) {
  Answer<decltype(map(answer.value))> mapped;
  mapped.status = answer.status;
  mapped.fault = answer.fault;
  if (answer.Succeeded()) mapped.value = map(answer.value);
  return mapped;
}

/// The value of a function that answers with its status alone.
struct Nothing {};

}  // namespace tokenbinding
