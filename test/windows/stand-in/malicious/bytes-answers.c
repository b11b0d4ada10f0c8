/* Part of a stand-in for tests; not Microsoft's DLL. Invalid bindings and messages. */
#include "answers.h"
#include "blocks.h"

#include <string.h>

#define NOISE 0xFF

static void be_none(Out *out) {
  HeapFree(GetProcessHeap(), 0, out->block);
  out->block = NULL;
  out->size = 0;
}

static void say_zero(Out *out) { out->size = 0; }
static void say_one_under(Out *out) { out->size--; }
static void say_one_over(Out *out) { out->size++; }
static void say_70000(Out *out) { out->size = 70000; }
static void say_max(Out *out) { out->size = MAXDWORD; }

/* The valid bytes, followed by 0xFF up to `size`. */
static void grow_to(Out *out, DWORD size) {
  BYTE *block = real_block(size);
  memset(block, NOISE, size);
  memcpy(block, out->block, out->size);
  HeapFree(GetProcessHeap(), 0, out->block);
  out->block = block;
  out->size = size;
}

static void grow_to_65538(Out *out) { grow_to(out, 65538); }
static void grow_to_70000(Out *out) { grow_to(out, 70000); }

static void be_noise(Out *out) { memset(out->block, NOISE, out->size); }

static const Answer answers[] = {
    {L"bytes-none", be_none},
    {L"bytes-size-zero", say_zero},
    {L"bytes-size-one-under", say_one_under},
    {L"bytes-size-one-over", say_one_over},
    {L"bytes-size-70000", say_70000},
    {L"bytes-size-max", say_max},
    {L"bytes-65538", grow_to_65538},
    {L"bytes-70000", grow_to_70000},
    {L"bytes-noise", be_noise},
};

const Family bytes_family = {answers, ARRAYSIZE(answers), OUT_BYTES};
