#include "sspi_message.h"

#include <algorithm>
#include <numeric>

namespace tokenbinding::sspi {
namespace {

size_t SizeOf(const std::vector<Message::Part>& parts) {
  const auto add = [](size_t sum, const Message::Part& part) { return sum + part.size; };
  return std::accumulate(parts.begin(), parts.end(), size_t{0}, add);
}

bool IsWithin(const abi::Buffer& buffer, const abi::Buffer& given) {
  const auto at = reinterpret_cast<uintptr_t>(buffer.data);
  const auto begin = reinterpret_cast<uintptr_t>(given.data);
  return at >= begin && at - begin <= given.size && buffer.size <= given.size - (at - begin);
}

}  // namespace

Message::Message(const std::vector<Part>& parts) : block_(SizeOf(parts)) {
  // Windows' page on GSSAPI passes nullptr for the SECBUFFER_DATA that will point into a stream.
  const bool in_stream = std::any_of(parts.begin(), parts.end(),
                                     [](const Part& part) { return part.type == abi::kStream; });
  uint8_t* end = block_.Data();
  for (const Part& part : parts) {
    if (part.data != nullptr) std::copy(part.data, part.data + part.size, end);
    given_.push_back({part.size, part.type, part.size == 0 && in_stream ? nullptr : end});
    end += part.size;
  }
  buffers_ = given_;
}

bool Message::IsWithinGiven(size_t index) const {
  const abi::Buffer& buffer = buffers_[index];
  const auto holds = [&](const abi::Buffer& given) { return IsWithin(buffer, given); };
  return buffer.size == 0 || holds(given_[index]) ||
         std::any_of(given_.begin(), given_.end(), holds);
}

std::string Message::Describe(const abi::Buffer& buffer) const {
  return std::to_string(buffer.size) + " bytes of type " + std::to_string(buffer.type) + " " +
         DescribePointer(block_.Data(), block_.Size(), buffer.data);
}

Fault Message::CheckBuffers() const {
  for (size_t index = 0; index < buffers_.size(); index++) {
    if (IsWithinGiven(index)) continue;
    return "buffer " + std::to_string(index) + " is outside the message of " +
           std::to_string(block_.Size()) + " bytes: passed as " + Describe(given_[index]) +
           ", returned as " + Describe(buffers_[index]);
  }
  return std::nullopt;
}

std::vector<Message::Part> Message::Parts() const {
  std::vector<Part> parts(buffers_.size());
  std::transform(buffers_.begin(), buffers_.end(), parts.begin(), [](const abi::Buffer& buffer) {
    return Part{buffer.type, static_cast<const uint8_t*>(buffer.data), buffer.size};
  });
  return parts;
}

}  // namespace tokenbinding::sspi
