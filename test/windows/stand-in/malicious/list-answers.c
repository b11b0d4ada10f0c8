/* Part of a stand-in for tests; not Microsoft's DLL. Invalid result lists. */
#include "../results.h"
#include "answers.h"
#include "blocks.h"

#include <string.h>

#define MANY 1000

static TOKENBINDING_RESULT_LIST *list_of(Out *out) { return out->block; }

static void count_zero(Out *out) { list_of(out)->resultCount = 0; }
static void count_one_over(Out *out) { list_of(out)->resultCount++; }
static void count_1000(Out *out) { list_of(out)->resultCount = 1000; }
static void count_max(Out *out) { list_of(out)->resultCount = MAXDWORD; }

static void be_empty(Out *out) {
  list_of(out)->resultCount = 0;
  list_of(out)->resultData = NULL;
}

static void data_null(Out *out) { list_of(out)->resultData = NULL; }
static void data_wild(Out *out) { list_of(out)->resultData = WILD_ADDRESS; }

static void data_past_end(Out *out) {
  list_of(out)->resultData = (TOKENBINDING_RESULT_DATA *)(block_end(out) - 8);
}

static void data_static(Out *out) {
  TOKENBINDING_RESULT_LIST *list = list_of(out);
  size_t size = list->resultCount * sizeof *list->resultData;
  BYTE *memory = static_memory(size);
  if (memory == NULL) return;
  memcpy(memory, list->resultData, size);
  list->resultData = (TOKENBINDING_RESULT_DATA *)memory;
}

/* Well formed, but more than a message can hold. */
static void more_than_message(Out *out) {
  static const Binding none = {0};
  const TOKENBINDING_RESULT_DATA *data = list_of(out)->resultData;
  Binding *bindings = (Binding *)real_block(MANY * sizeof *bindings);
  for (size_t i = 0; i < MANY; i++) {
    bindings[i] = none;
    bindings[i].type = (BYTE)data->bindingType;
    bindings[i].identifier = (Span){(const BYTE *)data->identifierData, data->identifierSize};
  }
  TOKENBINDING_RESULT_LIST *many;
  if (result_list(bindings, MANY, &many) == ERROR_SUCCESS) {
    HeapFree(GetProcessHeap(), 0, out->block);
    out->block = many;
  }
  HeapFree(GetProcessHeap(), 0, bindings);
}

static const Answer answers[] = {
    {L"list-count-zero", count_zero},
    {L"list-count-one-over", count_one_over},
    {L"list-count-1000", count_1000},
    {L"list-count-max", count_max},
    {L"list-empty", be_empty},
    {L"list-data-null", data_null},
    {L"list-data-wild", data_wild},
    {L"list-data-past-end", data_past_end},
    {L"list-data-static", data_static},
    {L"list-more-than-message", more_than_message},
};

const Family list_family = {answers, ARRAYSIZE(answers), OUT_LIST};
