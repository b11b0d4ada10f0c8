#pragma once

#include "process_heap.h"
#include "tokenbinding.h"

/// Copies the results of the DLL after checking their counts, sizes and pointers. Each function
/// returns the fault of an invalid result.
namespace tokenbinding {

Fault CopyBytes(const ProcessHeapBlock& block, uint32_t size, Bytes& bytes);
Fault CopyResult(const ProcessHeapBlock& block, Result& result);
Fault CopyKeyTypes(const ProcessHeapBlock& block, std::vector<uint32_t>& key_types);

/// Copies the results for a message of `message_size` bytes. An empty list is valid.
Fault CopyResults(const ProcessHeapBlock& block, size_t message_size, std::vector<Result>& results);

}  // namespace tokenbinding
