/* Part of a stand-in for tests; not Microsoft's DLL. Blocks of invalid answers. */
#include "blocks.h"

#include <string.h>

#define NO_MEMORY_EXIT_CODE 99
#define SLOTS 8u
#define SLOT_SIZE 131072

BYTE *real_block(size_t size) {
  /* Zeroed: HeapValidate of Wine reads what is before an interior pointer. If an earlier block left its header
   * there, it follows that block's pointers and crashes. */
  BYTE *block = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
  if (block == NULL) TerminateProcess(GetCurrentProcess(), NO_MEMORY_EXIT_CODE);
  return block;
}

size_t block_size(const Out *out) { return HeapSize(GetProcessHeap(), 0, out->block); }

BYTE *block_end(const Out *out) { return (BYTE *)out->block + block_size(out); }

BYTE *static_memory(size_t size) {
  static _Alignas(16) BYTE memory[SLOTS][SLOT_SIZE];
  static volatile LONG next;
  if (size > SLOT_SIZE) return NULL;
  return memory[(ULONG)InterlockedIncrement(&next) % SLOTS];
}

static void *moved(void *inner, const BYTE *from, BYTE *to) {
  return inner == NULL ? NULL : to + ((BYTE *)inner - from);
}

static void move_data(TOKENBINDING_RESULT_DATA *data, const BYTE *from, BYTE *to) {
  data->identifierData = moved(data->identifierData, from, to);
  data->extensionData = moved(data->extensionData, from, to);
}

static void move_list(TOKENBINDING_RESULT_LIST *list, const BYTE *from, BYTE *to) {
  list->resultData = moved(list->resultData, from, to);
  for (DWORD i = 0; i < list->resultCount; i++) move_data(&list->resultData[i], from, to);
}

static void move_key_types(TOKENBINDING_KEY_TYPES *list, const BYTE *from, BYTE *to) {
  list->keyType = moved(list->keyType, from, to);
}

void move_out(Out *out, BYTE *to) {
  BYTE *from = out->block;
  memcpy(to, from, block_size(out));
  if (out->shape == OUT_LIST) move_list((TOKENBINDING_RESULT_LIST *)to, from, to);
  if (out->shape == OUT_DATA) move_data((TOKENBINDING_RESULT_DATA *)to, from, to);
  if (out->shape == OUT_KEY_TYPES) move_key_types((TOKENBINDING_KEY_TYPES *)to, from, to);
  HeapFree(GetProcessHeap(), 0, from);
  out->block = to;
}
