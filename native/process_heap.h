#pragma once

#include <windows.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "fault.h"
#include "readable.h"

namespace tokenbinding {

/// Memory that a function of the DLL gave from the process heap: adopted on the line after the
/// call, whatever its status, and freed once.
class ProcessHeapBlock {
 public:
  explicit ProcessHeapBlock(void* memory) noexcept : memory_(memory) {
    if (memory_ == nullptr) return;
    // HeapSize and HeapFree are defined for blocks of the heap alone.
    foreign_ = HeapValidate(GetProcessHeap(), 0, memory_) == 0;
    if (!foreign_) size_ = HeapSize(GetProcessHeap(), 0, memory_);
  }

  ~ProcessHeapBlock() {
    if (memory_ != nullptr && !foreign_) HeapFree(GetProcessHeap(), 0, memory_);
  }

  ProcessHeapBlock(const ProcessHeapBlock&) = delete;
  ProcessHeapBlock& operator=(const ProcessHeapBlock&) = delete;
  ProcessHeapBlock(ProcessHeapBlock&&) = delete;
  ProcessHeapBlock& operator=(ProcessHeapBlock&&) = delete;

  /// What keeps `size` bytes from being read from its start, or none.
  Fault FaultBelow(size_t size) const {
    if (memory_ == nullptr) return "it gave no memory";
    if (foreign_) return "it gave memory that is no block of the process heap";
    if (size <= size_) return std::nullopt;
    return "it gave a block of " + std::to_string(size_) + " bytes, and the answer takes " +
           std::to_string(size);
  }

  /// Whether a range that the answer points at can be read: one that begins in the block has to end
  /// in it. Windows does not document that an answer is one block, so it may be elsewhere.
  bool MayHold(const void* start, size_t size) const {
    const auto begin = reinterpret_cast<uintptr_t>(memory_);
    const auto at = reinterpret_cast<uintptr_t>(start);
    if (at < begin || at - begin > size_) return IsReadable(start, size);
    return size <= size_ - (at - begin);
  }

  std::string Place(const void* pointer) const { return PlaceIn(memory_, size_, pointer); }

  size_t Size() const { return size_; }

  const uint8_t* Data() const { return static_cast<const uint8_t*>(memory_); }

  template <typename Struct>
  const Struct& As() const {
    return *static_cast<const Struct*>(memory_);
  }

 private:
  void* memory_;
  size_t size_ = 0;
  bool foreign_ = false;
};

}  // namespace tokenbinding
