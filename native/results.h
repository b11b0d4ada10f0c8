#pragma once

#include "process_heap.h"
#include "tokenbinding.h"

/// Copies what the DLL gave, after checking that it can be what it claims to be. Each function
/// returns what is invalid in it, or none.
namespace tokenbinding {

Fault CopyBytes(const ProcessHeapBlock& block, uint32_t size, Bytes& bytes);
Fault CopyResult(const ProcessHeapBlock& block, Result& result);
Fault CopyKeyTypes(const ProcessHeapBlock& block, std::vector<uint32_t>& key_types);

/// The results of verifying a message of `message_size` bytes; an empty list is one too.
Fault CopyResults(const ProcessHeapBlock& block, size_t message_size, std::vector<Result>& results);

}  // namespace tokenbinding
