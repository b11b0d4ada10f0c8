#pragma once

#include <cstddef>

namespace tokenbinding {

/// Whether the process has memory there that can be read.
bool IsReadable(const void* start, size_t size);

}  // namespace tokenbinding
