/* Part of a stand-in for tests; not Microsoft's DLL. Blocks of invalid answers. */
#ifndef STAND_IN_MALICIOUS_BLOCKS_H
#define STAND_IN_MALICIOUS_BLOCKS_H

#include "answers.h"

/* An address that is never mapped. */
#define WILD_ADDRESS ((void *)(ULONG_PTR)0x10)

/* Allocates a block of the process heap; ends the process if that fails. */
BYTE *real_block(size_t size);

size_t block_size(const Out *out);

/* The first byte after the block. */
BYTE *block_end(const Out *out);

/* Memory of the DLL itself, reused after some calls. NULL if `size` exceeds it. */
BYTE *static_memory(size_t size);

/* Moves the answer to `to`, adjusts its inner pointers and frees the block. */
void move_out(Out *out, BYTE *to);

#endif
