#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tokenbinding {

/// Why a result is invalid although the DLL reported success. It contains sizes and offsets but no
/// address, because addresses differ from run to run.
using Fault = std::optional<std::string>;

/// Checks that a number of the DLL is not above its limit.
Fault CheckAtMost(const char* name, size_t number, size_t limit);

/// Describes a pointer by its place in a block: `at offset 8`, `outside` or `NULL`.
std::string DescribePointer(const void* begin, size_t size, const void* pointer);

std::string ToHex(const uint8_t* bytes, size_t size);

}  // namespace tokenbinding
