/* Part of a stand-in for tests; not Microsoft's DLL. Results on the process heap. */
#include "block.h"

void *block_new(size_t size) { return HeapAlloc(GetProcessHeap(), 0, size); }

void block_free(void *block) {
  if (block != NULL) HeapFree(GetProcessHeap(), 0, block);
}
