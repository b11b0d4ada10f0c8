/* Part of a stand-in for tests; not Microsoft's DLL. The memory of results. */
#ifndef STAND_IN_BLOCK_H
#define STAND_IN_BLOCK_H

#include <windows.h>

/*
 * A block of exactly `size` bytes that the caller frees with HeapFree(GetProcessHeap()), or NULL.
 * It is 8-aligned when `size` is a multiple of 8; its end is where a guard page may begin.
 */
void *block_new(size_t size);

/* Frees what block_new made and no caller has been given. Takes NULL. */
void block_free(void *block);

#endif
