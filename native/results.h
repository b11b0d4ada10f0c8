#pragma once

#include "process_heap.h"
#include "tokenbinding.h"

/// Copies what the DLL gave, after checking that it can be what it claims to be. Each function
/// returns what is misshapen in it, or nullptr.
namespace tokenbinding {

const char* CopyBytes(const ProcessHeapBlock& block, uint32_t size, Bytes& bytes);
const char* CopyResult(const ProcessHeapBlock& block, Result& result);
const char* CopyKeyTypes(const ProcessHeapBlock& block, std::vector<uint32_t>& key_types);

/// The results of verifying a message of `message_size` bytes.
const char* CopyResults(const ProcessHeapBlock& block, size_t message_size,
                        std::vector<Result>& results);

}  // namespace tokenbinding
