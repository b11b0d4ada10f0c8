/* Part of a stand-in for tests; not Microsoft's DLL. Blocks that end where memory ends. */
#ifndef STAND_IN_GUARD_REGIONS_H
#define STAND_IN_GUARD_REGIONS_H

#include <windows.h>

/* What an address is to the regions. */
typedef enum {
  REGION_NONE,
  REGION_LIVE,
  REGION_FREED,
  /* Inside a region, live or freed, but not where its block starts. */
  REGION_INTERIOR,
  /* A live block with bytes written in front of it. */
  REGION_UNDERRUN
} RegionState;

/* A block whose last byte is followed by inaccessible memory, or NULL. */
void *region_new(size_t size);

/* Answers the block's size through `size` for REGION_LIVE. */
RegionState region_find(const void *address, size_t *size);

/* Makes a live block inaccessible for good; anything but REGION_LIVE is the caller's fault. */
RegionState region_free(void *address);

LONG region_count(void);
LONG region_outstanding(void);

#endif
