#pragma once

#include <cstddef>

namespace tokenbinding {

/// Whether the process can read this range of memory.
bool IsReadable(const void* start, size_t size);

}  // namespace tokenbinding
