/* Part of a stand-in for tests; not Microsoft's DLL. Out pointers that are no valid block. */
#include "answers.h"
#include "blocks.h"

#include <string.h>

#define INTERIOR_OFFSET 64
#define SHORT_BLOCK_SIZE 4

static void make_null(Out *out) {
  HeapFree(GetProcessHeap(), 0, out->block);
  out->block = NULL;
}

static void make_static(Out *out) {
  BYTE *memory = static_memory(block_size(out));
  if (memory != NULL) move_out(out, memory);
}

static void make_interior(Out *out) {
  move_out(out, real_block(INTERIOR_OFFSET + block_size(out)) + INTERIOR_OFFSET);
}

/* Only the first bytes of the answer: a count or a type. */
static void make_short(Out *out) {
  BYTE *block = real_block(SHORT_BLOCK_SIZE);
  memcpy(block, out->block, SHORT_BLOCK_SIZE);
  HeapFree(GetProcessHeap(), 0, out->block);
  out->block = block;
}

static const Answer answers[] = {
    {L"out-null", make_null},
    {L"out-static", make_static},
    {L"out-interior", make_interior},
    {L"out-block-of-4", make_short},
};

const Family out_family = {answers, ARRAYSIZE(answers), OUT_ANY};
