#include "readable.h"

#include <windows.h>

#include <cstdint>

namespace tokenbinding {
namespace {

constexpr DWORD kReadable = PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ |
                            PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;

}  // namespace

bool IsReadable(const void* start, size_t size) {
  const auto* at = static_cast<const uint8_t*>(start);
  while (size > 0) {
    MEMORY_BASIC_INFORMATION region = {};
    if (VirtualQuery(at, &region, sizeof(region)) == 0) return false;
    if (region.State != MEM_COMMIT || (region.Protect & kReadable) == 0) return false;
    if ((region.Protect & PAGE_GUARD) != 0) return false;
    const auto before = static_cast<size_t>(at - static_cast<const uint8_t*>(region.BaseAddress));
    const size_t here = region.RegionSize - before;
    if (here >= size) return true;
    at += here;
    size -= here;
  }
  return true;
}

}  // namespace tokenbinding
