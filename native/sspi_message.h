#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fault.h"
#include "secret.h"
#include "sspi_abi.h"

namespace tokenbinding::sspi {

/// The buffers of a message, in memory of their own that is overwritten when it goes: a call writes
/// where it reads.
class Message {
 public:
  struct Part {
    /// SECBUFFER_ number with its attributes.
    uint32_t type = 0;
    /// Zeros where it is nullptr.
    const uint8_t* data = nullptr;
    uint32_t size = 0;
  };

  Message() = default;
  /// Copies the parts.
  explicit Message(const std::vector<Part>& parts);

  abi::BufferList List() { return {0, static_cast<uint32_t>(buffers_.size()), buffers_.data()}; }

  /// What is invalid in what a call left, or none. Each buffer has to be within one of those
  /// that the call was given, not just this one: DecryptMessage points SECBUFFER_DATA into
  /// SECBUFFER_STREAM.
  Fault FaultOfBuffers() const;

  /// The buffers as a call left them, once there is no fault; they point into this message.
  std::vector<Part> Parts() const;

 private:
  bool IsWhole(size_t index) const;
  std::string Describe(const abi::Buffer& buffer) const;

  Secret<uint8_t> block_;
  std::vector<abi::Buffer> given_;
  std::vector<abi::Buffer> buffers_;
};

}  // namespace tokenbinding::sspi
