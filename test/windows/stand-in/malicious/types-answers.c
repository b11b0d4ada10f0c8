/* Part of a stand-in for tests; not Microsoft's DLL. Invalid key type lists. */
#include "../results.h"
#include "answers.h"
#include "blocks.h"

#include <string.h>

static TOKENBINDING_KEY_TYPES *list_of(Out *out) { return out->block; }

static void count_zero(Out *out) { list_of(out)->keyCount = 0; }
static void count_one_over(Out *out) { list_of(out)->keyCount++; }
static void count_1000(Out *out) { list_of(out)->keyCount = 1000; }
static void count_max(Out *out) { list_of(out)->keyCount = MAXDWORD; }

static void be_empty(Out *out) {
  list_of(out)->keyCount = 0;
  list_of(out)->keyType = NULL;
}

static void array_null(Out *out) { list_of(out)->keyType = NULL; }
static void array_wild(Out *out) { list_of(out)->keyType = WILD_ADDRESS; }

static void array_past_end(Out *out) {
  list_of(out)->keyType = (TOKENBINDING_KEY_PARAMETERS_TYPE *)(block_end(out) - 4);
}

static void array_static(Out *out) {
  TOKENBINDING_KEY_TYPES *list = list_of(out);
  size_t size = list->keyCount * sizeof *list->keyType;
  BYTE *memory = static_memory(size);
  if (memory == NULL) return;
  memcpy(memory, list->keyType, size);
  list->keyType = (TOKENBINDING_KEY_PARAMETERS_TYPE *)memory;
}

static void replace(Out *out, const DWORD *key_types, size_t count) {
  TOKENBINDING_KEY_TYPES *list;
  if (result_key_types(key_types, count, &list) != ERROR_SUCCESS) return;
  HeapFree(GetProcessHeap(), 0, out->block);
  out->block = list;
}

static void be_255(Out *out) {
  DWORD key_types[255];
  for (DWORD i = 0; i < ARRAYSIZE(key_types); i++) key_types[i] = i;
  replace(out, key_types, ARRAYSIZE(key_types));
}

static void be_unknown(Out *out) {
  static const DWORD key_types[] = {77, TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256, 256, 0x7FFFFFFF,
                                    0xFFFFFFFF};
  replace(out, key_types, ARRAYSIZE(key_types));
}

static void be_any_existing(Out *out) {
  static const DWORD key_types[] = {TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING};
  replace(out, key_types, ARRAYSIZE(key_types));
}

static void be_repeated(Out *out) {
  static const DWORD key_types[] = {TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256,
                                    TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256};
  replace(out, key_types, ARRAYSIZE(key_types));
}

static const Answer answers[] = {
    {L"types-count-zero", count_zero},
    {L"types-count-one-over", count_one_over},
    {L"types-count-1000", count_1000},
    {L"types-count-max", count_max},
    {L"types-empty", be_empty},
    {L"types-array-null", array_null},
    {L"types-array-wild", array_wild},
    {L"types-array-past-end", array_past_end},
    {L"types-array-static", array_static},
    {L"types-255", be_255},
    {L"types-unknown", be_unknown},
    {L"types-any-existing", be_any_existing},
    {L"types-repeated", be_repeated},
};

const Family types_family = {answers, ARRAYSIZE(answers), OUT_KEY_TYPES};
