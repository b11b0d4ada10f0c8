#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tokenbinding {

/// What is invalid in what a DLL gave with success, with the numbers that show it. It names no
/// address: those differ from run to run.
using Fault = std::optional<std::string>;

/// That a number of the DLL's is above what it can be, or none.
Fault FaultAbove(const char* name, size_t number, size_t limit);

/// Where a pointer points, as `at offset 8`, `elsewhere` or `NULL`.
std::string PlaceIn(const void* begin, size_t size, const void* pointer);

std::string Hex(const uint8_t* bytes, size_t size);

}  // namespace tokenbinding
