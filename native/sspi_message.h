#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fault.h"
#include "secret.h"
#include "sspi_abi.h"

namespace tokenbinding::sspi {

/// The buffers of a message in one block of memory. The DLL works in place; the block is zeroed on
/// destruction.
class Message {
 public:
  struct Part {
    /// SECBUFFER_ number, with its attribute bits.
    uint32_t type = 0;
    /// nullptr for zeros.
    const uint8_t* data = nullptr;
    uint32_t size = 0;
  };

  Message() = default;
  /// Copies the parts.
  explicit Message(const std::vector<Part>& parts);

  abi::BufferList List() { return {0, static_cast<uint32_t>(buffers_.size()), buffers_.data()}; }

  /// Checks the buffers after a call. Each must be within one of the buffers that were passed, not
  /// necessarily the same one: DecryptMessage points SECBUFFER_DATA into SECBUFFER_STREAM.
  Fault CheckBuffers() const;

  /// Returns the buffers after a call without a fault. They point into this message.
  std::vector<Part> Parts() const;

 private:
  bool IsWithinGiven(size_t index) const;
  std::string Describe(const abi::Buffer& buffer) const;

  Secret<uint8_t> block_;
  std::vector<abi::Buffer> given_;
  std::vector<abi::Buffer> buffers_;
};

}  // namespace tokenbinding::sspi
