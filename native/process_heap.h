#pragma once

#include <windows.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "fault.h"
#include "readable.h"

namespace tokenbinding {

/// Owns memory of the process heap that a function of the DLL allocated. It is adopted on the line
/// after the call, whatever the status, and freed once.
class ProcessHeapBlock {
 public:
  explicit ProcessHeapBlock(void* memory) noexcept : memory_(memory) {
    if (memory_ == nullptr) return;
    // HeapSize and HeapFree are only defined for blocks of this heap.
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

  /// Checks that `size` bytes can be read from the start of the block.
  Fault CheckSize(size_t size) const {
    if (memory_ == nullptr) return "it returned a null pointer";
    if (foreign_) return "it returned memory outside the process heap";
    if (size <= size_) return std::nullopt;
    return "it returned a block of " + std::to_string(size_) + " bytes for a result of " +
           std::to_string(size) + " bytes";
  }

  /// Whether a range that the result points to can be read. A range that begins in the block must
  /// end in it. It may also be elsewhere: Windows does not document that a result is one block.
  bool CanRead(const void* start, size_t size) const {
    const auto begin = reinterpret_cast<uintptr_t>(memory_);
    const auto at = reinterpret_cast<uintptr_t>(start);
    if (at < begin || at - begin > size_) return IsReadable(start, size);
    return size <= size_ - (at - begin);
  }

  std::string Describe(const void* pointer) const {
    return DescribePointer(memory_, size_, pointer);
  }

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
