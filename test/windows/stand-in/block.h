/* Part of a stand-in for tests; not Microsoft's DLL. The memory of results. */
#ifndef STAND_IN_BLOCK_H
#define STAND_IN_BLOCK_H

#include <windows.h>

/*
 * Allocates a block of exactly `size` bytes, or returns NULL. The caller frees it with
 * HeapFree(GetProcessHeap()). It is 8-aligned if `size` is a multiple of 8. A guard page may follow
 * its end.
 */
void *block_new(size_t size);

/* Frees a block of block_new that was not returned to a caller. NULL is allowed. */
void block_free(void *block);

#endif
