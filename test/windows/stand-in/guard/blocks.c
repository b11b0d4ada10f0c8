/* Part of a stand-in for tests; not Microsoft's DLL. Results in guarded memory. */
#include "../block.h"

#include "regions.h"

void *block_new(size_t size) { return region_new(size); }

void block_free(void *block) {
  if (block != NULL) region_free(block);
}
