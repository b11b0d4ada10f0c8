/* Part of a stand-in for tests; not Microsoft's DLL. Blocks that end at an inaccessible page. */
#include "regions.h"

#include <string.h>

#define PAGE 4096u
#define BUCKETS 4096u
#define SLACK_BYTE 0xA5

typedef struct Region {
  struct Region *next;
  BYTE *base;
  BYTE *block;
  size_t size;
  BOOL live;
} Region;

static SRWLOCK lock = SRWLOCK_INIT;
/* By the address of the reservation. A freed region stays, so that a second free is found. */
static Region *buckets[BUCKETS];
/* Outside the lock: the report at the end must not wait for a thread that has ended. */
static volatile LONG count, outstanding;

static Region **bucket_of(const void *base) {
  /* Reservations are 64 KiB apart. */
  return &buckets[((ULONG_PTR)base >> 16) % BUCKETS];
}

static Region *find_locked(const void *address) {
  MEMORY_BASIC_INFORMATION memory;
  if (VirtualQuery(address, &memory, sizeof memory) == 0) return NULL;
  Region *region = *bucket_of(memory.AllocationBase);
  while (region != NULL && region->base != memory.AllocationBase) region = region->next;
  return region;
}

/* Reserves one page more than the block needs; that page is never committed. */
static BOOL map(Region *region, size_t size) {
  size_t pages = size / PAGE + 1;
  region->base = VirtualAlloc(NULL, (pages + 1) * PAGE, MEM_RESERVE, PAGE_NOACCESS);
  if (region->base == NULL) return FALSE;
  if (VirtualAlloc(region->base, pages * PAGE, MEM_COMMIT, PAGE_READWRITE) == NULL) {
    VirtualFree(region->base, 0, MEM_RELEASE);
    return FALSE;
  }
  region->size = size;
  region->block = region->base + pages * PAGE - size;
  region->live = TRUE;
  memset(region->base, SLACK_BYTE, (size_t)(region->block - region->base));
  return TRUE;
}

void *region_new(size_t size) {
  Region *region = HeapAlloc(GetProcessHeap(), 0, sizeof *region);
  if (region == NULL) return NULL;
  if (!map(region, size)) {
    HeapFree(GetProcessHeap(), 0, region);
    return NULL;
  }
  AcquireSRWLockExclusive(&lock);
  Region **bucket = bucket_of(region->base);
  region->next = *bucket;
  *bucket = region;
  ReleaseSRWLockExclusive(&lock);
  InterlockedIncrement(&count);
  InterlockedIncrement(&outstanding);
  return region->block;
}

static RegionState state_of(const Region *region, const void *address) {
  if (region == NULL) return REGION_NONE;
  if (address != region->block) return REGION_INTERIOR;
  return region->live ? REGION_LIVE : REGION_FREED;
}

RegionState region_find(const void *address, size_t *size) {
  AcquireSRWLockShared(&lock);
  const Region *region = find_locked(address);
  RegionState state = state_of(region, address);
  if (state == REGION_LIVE) *size = region->size;
  ReleaseSRWLockShared(&lock);
  return state;
}

static BOOL slack_is_untouched(const Region *region) {
  for (const BYTE *at = region->base; at < region->block; at++) {
    if (*at != SLACK_BYTE) return FALSE;
  }
  return TRUE;
}

/* Decommitted but not released, so that the address is never reused. */
static RegionState retire(Region *region) {
  RegionState state = slack_is_untouched(region) ? REGION_LIVE : REGION_UNDERRUN;
  VirtualFree(region->base, (region->size / PAGE + 1) * PAGE, MEM_DECOMMIT);
  region->live = FALSE;
  InterlockedDecrement(&outstanding);
  return state;
}

RegionState region_free(void *address) {
  AcquireSRWLockExclusive(&lock);
  Region *region = find_locked(address);
  RegionState state = state_of(region, address);
  if (state == REGION_LIVE) state = retire(region);
  ReleaseSRWLockExclusive(&lock);
  return state;
}

LONG region_count(void) { return count; }

LONG region_outstanding(void) { return outstanding; }
