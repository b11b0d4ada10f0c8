/* Part of a stand-in for tests; not Microsoft's DLL. Replacements of an addon's heap calls. */
#include "hooks.h"

#include "regions.h"
#include "report.h"

#include <string.h>

typedef void (*Function)(void);

static const char *fault_of(RegionState state) {
  switch (state) {
    case REGION_FREED: return "block was freed before";
    case REGION_INTERIOR: return "interior pointer";
    case REGION_UNDERRUN: return "bytes in front of the block were written";
    default: return "unknown pointer";
  }
}

static BOOL WINAPI guarded_heap_free(HANDLE heap, DWORD flags, void *address) {
  size_t size;
  RegionState state = region_find(address, &size);
  (void)flags;
  if (heap != GetProcessHeap()) report_violation("HeapFree", "not the process heap");
  if (state == REGION_LIVE) state = region_free(address);
  if (state != REGION_LIVE) report_violation("HeapFree", fault_of(state));
  return TRUE;
}

static SIZE_T WINAPI guarded_heap_size(HANDLE heap, DWORD flags, const void *address) {
  size_t size;
  RegionState state = region_find(address, &size);
  (void)flags;
  if (heap != GetProcessHeap()) report_violation("HeapSize", "not the process heap");
  if (state != REGION_LIVE) report_violation("HeapSize", fault_of(state));
  return size;
}

/* HeapValidate accepts any pointer. */
static BOOL WINAPI guarded_heap_validate(HANDLE heap, DWORD flags, const void *address) {
  size_t size;
  RegionState state = region_find(address, &size);
  if (state == REGION_NONE) return HeapValidate(heap, flags, address);
  return state == REGION_LIVE && heap == GetProcessHeap();
}

void *hook_for(const char *function) {
  static const struct {
    const char *name;
    Function hook;
  } hooks[] = {{"HeapFree", (Function)guarded_heap_free},
               {"HeapSize", (Function)guarded_heap_size},
               {"HeapValidate", (Function)guarded_heap_validate}};
  for (size_t i = 0; i < ARRAYSIZE(hooks); i++) {
    if (strcmp(hooks[i].name, function) == 0) return (void *)(ULONG_PTR)hooks[i].hook;
  }
  return NULL;
}
