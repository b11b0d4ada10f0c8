/* Part of a stand-in for tests; not Microsoft's DLL. Result structures, each in one block. */
#include "results.h"

#include "block.h"

#include <string.h>

/* Padding before the bytes, so that the last byte ends a block of aligned size. */
static size_t aligned(size_t size) { return (size + 7) & ~(size_t)7; }

static size_t variable_size(const Binding *binding) {
  return binding->identifier.size + binding->extensions.size;
}

/* Copies the identifier and the extensions to `at`; returns the position after them. */
static BYTE *fill(TOKENBINDING_RESULT_DATA *data, const Binding *binding, BYTE *at) {
  *data = (TOKENBINDING_RESULT_DATA){0};
  data->bindingType = binding->type;
  data->identifierSize = (DWORD)binding->identifier.size;
  data->identifierData = (TOKENBINDING_IDENTIFIER *)at;
  data->extensionFormat = TOKENBINDING_EXTENSION_FORMAT_UNDEFINED;
  at = put_bytes(at, binding->identifier);
  if (binding->extensions.size > 0) {
    data->extensionSize = (DWORD)binding->extensions.size;
    data->extensionData = at;
  }
  return put_bytes(at, binding->extensions);
}

LONG result_list(const Binding *bindings, size_t count, TOKENBINDING_RESULT_LIST **out) {
  size_t variable = 0;
  for (size_t i = 0; i < count; i++) variable += variable_size(&bindings[i]);
  size_t size = aligned(sizeof **out + count * sizeof(TOKENBINDING_RESULT_DATA) + variable);
  BYTE *block = block_new(size);
  if (block == NULL) return NTE_NO_MEMORY;
  TOKENBINDING_RESULT_LIST *list = (TOKENBINDING_RESULT_LIST *)block;
  list->resultCount = (DWORD)count;
  list->resultData = (TOKENBINDING_RESULT_DATA *)(block + sizeof *list);
  BYTE *at = block + size - variable;
  for (size_t i = 0; i < count; i++) at = fill(&list->resultData[i], &bindings[i], at);
  *out = list;
  return ERROR_SUCCESS;
}

LONG result_data(BYTE binding_type, const Identifier *identifier, TOKENBINDING_RESULT_DATA **out) {
  Binding binding = {0};
  binding.type = binding_type;
  binding.identifier = (Span){identifier->bytes, identifier->size};
  size_t size = aligned(sizeof **out + variable_size(&binding));
  BYTE *block = block_new(size);
  if (block == NULL) return NTE_NO_MEMORY;
  *out = (TOKENBINDING_RESULT_DATA *)block;
  fill(*out, &binding, block + size - variable_size(&binding));
  return ERROR_SUCCESS;
}

LONG result_key_types(const DWORD *key_types, size_t count, TOKENBINDING_KEY_TYPES **out) {
  size_t variable = count * sizeof *key_types;
  size_t size = aligned(sizeof **out + variable);
  BYTE *block = block_new(size);
  if (block == NULL) return NTE_NO_MEMORY;
  TOKENBINDING_KEY_TYPES *list = (TOKENBINDING_KEY_TYPES *)block;
  list->keyCount = (DWORD)count;
  list->keyType = (TOKENBINDING_KEY_PARAMETERS_TYPE *)(block + size - variable);
  memcpy(list->keyType, key_types, variable);
  *out = list;
  return ERROR_SUCCESS;
}
