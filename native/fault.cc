#include "fault.h"

#include <string_view>

namespace tokenbinding {

Fault CheckAtMost(const char* name, size_t number, size_t limit) {
  if (number <= limit) return std::nullopt;
  return std::string(name) + " is " + std::to_string(number) + ", above the limit of " +
         std::to_string(limit);
}

std::string DescribePointer(const void* begin, size_t size, const void* pointer) {
  if (pointer == nullptr) return "NULL";
  const auto start = reinterpret_cast<uintptr_t>(begin);
  const auto at = reinterpret_cast<uintptr_t>(pointer);
  if (at < start || at - start > size) return "outside";
  return "at offset " + std::to_string(at - start);
}

std::string ToHex(const uint8_t* bytes, size_t size) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (size_t index = 0; index < size; index++) {
    text += kDigits[bytes[index] >> 4];
    text += kDigits[bytes[index] & 0xf];
  }
  return text;
}

}  // namespace tokenbinding
