/* Part of a stand-in for tests; not Microsoft's DLL. Blocks of hostile answers. */
#ifndef STAND_IN_HOSTILE_BLOCKS_H
#define STAND_IN_HOSTILE_BLOCKS_H

#include "answers.h"

/* An address that is never mapped. */
#define WILD_ADDRESS ((void *)(ULONG_PTR)0x10)

/* A block of the process heap; ends the process when there is none. */
BYTE *real_block(size_t size);

size_t block_size(const Out *out);

/* The first byte after the block. */
BYTE *block_end(const Out *out);

/* Memory of the DLL itself, reused after some calls. NULL when `size` is more than it has. */
BYTE *static_memory(size_t size);

/* Copies the answer to `to` with its inner pointers moved along, and frees the block. */
void move_out(Out *out, BYTE *to);

#endif
