/* Part of a stand-in for tests; not Microsoft's DLL. Blocks that end at an inaccessible page. */
#ifndef STAND_IN_GUARD_REGIONS_H
#define STAND_IN_GUARD_REGIONS_H

#include <windows.h>

/* The state of an address. */
typedef enum {
  REGION_NONE,
  REGION_LIVE,
  REGION_FREED,
  /* Inside a live or freed region, but not at the start of its block. */
  REGION_INTERIOR,
  /* A live block with bytes written in front of it. */
  REGION_UNDERRUN
} RegionState;

/* Allocates a block with inaccessible memory after its last byte, or returns NULL. */
void *region_new(size_t size);

/* Returns the block's size in `size` for REGION_LIVE. */
RegionState region_find(const void *address, size_t *size);

/* Makes a live block inaccessible forever; any result but REGION_LIVE is the caller's fault. */
RegionState region_free(void *address);

LONG region_count(void);
LONG region_outstanding(void);

#endif
