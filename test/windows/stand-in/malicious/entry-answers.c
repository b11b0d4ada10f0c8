/* Part of a stand-in for tests; not Microsoft's DLL. Invalid results for one binding. */
#include "answers.h"
#include "blocks.h"

#include <string.h>

/* key_parameters and key_length; the key follows. */
#define IDENTIFIER_HEADER 3
#define EXTENSION_BYTES 4

/* The last result of a list, so that valid ones precede it. */
static TOKENBINDING_RESULT_DATA *entry_of(Out *out) {
  if (out->shape == OUT_DATA) return out->block;
  TOKENBINDING_RESULT_LIST *list = out->block;
  return &list->resultData[list->resultCount - 1];
}

static BYTE *identifier_of(Out *out) { return (BYTE *)entry_of(out)->identifierData; }

static void set_key_length(Out *out, DWORD length) {
  identifier_of(out)[1] = (BYTE)(length >> 8 & 0xFF);
  identifier_of(out)[2] = (BYTE)(length & 0xFF);
}

static void identifier_null(Out *out) { entry_of(out)->identifierData = NULL; }
static void identifier_wild(Out *out) { entry_of(out)->identifierData = WILD_ADDRESS; }
static void identifier_size_zero(Out *out) { entry_of(out)->identifierSize = 0; }
static void identifier_size_two(Out *out) { entry_of(out)->identifierSize = 2; }
static void identifier_size_70000(Out *out) { entry_of(out)->identifierSize = 70000; }
static void identifier_size_max(Out *out) { entry_of(out)->identifierSize = MAXDWORD; }
static void identifier_shorter_than_key(Out *out) { entry_of(out)->identifierSize--; }

static void identifier_longer_than_key(Out *out) {
  set_key_length(out, entry_of(out)->identifierSize - IDENTIFIER_HEADER - 1);
}

/* With a matching key_length, so that only the end of the block shows the fault. */
static void identifier_one_over(Out *out) {
  TOKENBINDING_RESULT_DATA *entry = entry_of(out);
  entry->identifierSize = (DWORD)(block_end(out) - identifier_of(out)) + 1;
  set_key_length(out, entry->identifierSize - IDENTIFIER_HEADER);
}

static void identifier_past_end(Out *out) {
  entry_of(out)->identifierData = (TOKENBINDING_IDENTIFIER *)block_end(out);
}

static void identifier_static(Out *out) {
  TOKENBINDING_RESULT_DATA *entry = entry_of(out);
  BYTE *memory = static_memory(entry->identifierSize);
  if (memory == NULL) return;
  memcpy(memory, entry->identifierData, entry->identifierSize);
  entry->identifierData = (TOKENBINDING_IDENTIFIER *)memory;
}

static void key_parameters_200(Out *out) { identifier_of(out)[0] = 200; }

static void set_extension(Out *out, void *data, DWORD size) {
  entry_of(out)->extensionData = data;
  entry_of(out)->extensionSize = size;
}

static void extension_null(Out *out) { set_extension(out, NULL, EXTENSION_BYTES); }
static void extension_wild(Out *out) { set_extension(out, WILD_ADDRESS, EXTENSION_BYTES); }

static void extension_at_end(Out *out, DWORD size) {
  set_extension(out, block_end(out) - EXTENSION_BYTES, size);
}

static void extension_size_zero(Out *out) { extension_at_end(out, 0); }
static void extension_one_over(Out *out) { extension_at_end(out, EXTENSION_BYTES + 1); }
static void extension_size_70000(Out *out) { extension_at_end(out, 70000); }
static void extension_size_max(Out *out) { extension_at_end(out, MAXDWORD); }

static void extension_static(Out *out) {
  BYTE *memory = static_memory(EXTENSION_BYTES);
  memset(memory, 0, EXTENSION_BYTES);
  set_extension(out, memory, EXTENSION_BYTES);
}

static void extension_format_one(Out *out) { entry_of(out)->extensionFormat = 1; }

static void type_77(Out *out) { entry_of(out)->bindingType = 77; }
static void type_256(Out *out) { entry_of(out)->bindingType = 256; }
static void type_max_int(Out *out) { entry_of(out)->bindingType = 0x7FFFFFFF; }
static void type_max(Out *out) { entry_of(out)->bindingType = MAXDWORD; }

static const Answer answers[] = {
    {L"entry-identifier-null", identifier_null},
    {L"entry-identifier-wild", identifier_wild},
    {L"entry-identifier-static", identifier_static},
    {L"entry-identifier-past-end", identifier_past_end},
    {L"entry-identifier-size-zero", identifier_size_zero},
    {L"entry-identifier-size-two", identifier_size_two},
    {L"entry-identifier-size-70000", identifier_size_70000},
    {L"entry-identifier-size-max", identifier_size_max},
    {L"entry-identifier-one-over", identifier_one_over},
    {L"entry-identifier-shorter-than-key", identifier_shorter_than_key},
    {L"entry-identifier-longer-than-key", identifier_longer_than_key},
    {L"entry-key-parameters-200", key_parameters_200},
    {L"entry-extension-null", extension_null},
    {L"entry-extension-wild", extension_wild},
    {L"entry-extension-static", extension_static},
    {L"entry-extension-size-zero", extension_size_zero},
    {L"entry-extension-one-over", extension_one_over},
    {L"entry-extension-size-70000", extension_size_70000},
    {L"entry-extension-size-max", extension_size_max},
    {L"entry-extension-format-one", extension_format_one},
    {L"entry-type-77", type_77},
    {L"entry-type-256", type_256},
    {L"entry-type-max-int", type_max_int},
    {L"entry-type-max", type_max},
};

const Family entry_family = {answers, ARRAYSIZE(answers), OUT_LIST | OUT_DATA};
