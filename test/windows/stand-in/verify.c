/* Part of a stand-in for tests; not Microsoft's DLL. Verification of messages (RFC 8471 4.2). */
#include "calls.h"

#include "deviations.h"
#include "results.h"
#include "signature.h"
#include "undocumented.h"

static BOOL provided_keys_match(const Message *message, DWORD key_type) {
  for (size_t i = 0; i < message->count; i++) {
    const Binding *binding = &message->bindings[i];
    if (binding->type != TOKENBINDING_TYPE_PROVIDED) continue;
    if (binding->key.key_parameters != key_type) return FALSE;
  }
  return TRUE;
}

static BOOL known_keys_are_usable(const Message *message) {
  for (size_t i = 0; i < message->count; i++) {
    const PublicKey *key = &message->bindings[i].key;
    if (key_is_known(key->key_parameters) && !key_is_usable(key)) return FALSE;
  }
  return TRUE;
}

static BOOL has_valid_signature(const Binding *binding, const void *ekm, unsigned deviations) {
  BOOL is_referred = binding->type == TOKENBINDING_TYPE_REFERRED;
  if (is_referred && (deviations & DEVIATION_REFERRED_SIGNATURE) != 0) return TRUE;
  Signed data = signed_data(binding->type, binding->key.key_parameters, ekm);
  return signature_is_valid(&binding->key, &data, binding->signature);
}

/* A message without a verifiable signature proves nothing: anybody can make one. */
static BOOL signatures_are_valid(const Message *message, const void *ekm, unsigned deviations) {
  BOOL any = FALSE;
  for (size_t i = 0; i < message->count; i++) {
    const Binding *binding = &message->bindings[i];
    if (!key_is_known(binding->key.key_parameters)) continue;
    if (!has_valid_signature(binding, ekm, deviations)) return FALSE;
    any = TRUE;
  }
  return any;
}

static LONG check(const Message *message, DWORD key_type, const void *ekm, unsigned deviations) {
  if (!provided_keys_match(message, key_type)) return SEC_E_ALGORITHM_MISMATCH;
  if (!known_keys_are_usable(message)) return NTE_BAD_KEY;
  if (!signatures_are_valid(message, ekm, deviations)) return NTE_BAD_SIGNATURE;
  return ERROR_SUCCESS;
}

/* The size without the byte after the message, if exactly one byte follows it. */
static DWORD message_size(const void *bytes, DWORD size) {
  Span rest = {bytes, size};
  Span list;
  return take_opaque16(&rest, 0, &list) && rest.size == 1 ? size - 1 : size;
}

static BOOL is_verified(const Binding *binding, DWORD key_type, const void *ekm) {
  const PublicKey *key = &binding->key;
  if (!key_is_known(key->key_parameters) || !key_is_usable(key)) return FALSE;
  if (binding->type == TOKENBINDING_TYPE_PROVIDED && key->key_parameters != key_type) return FALSE;
  return has_valid_signature(binding, ekm, 0);
}

/* Keeps the bindings that are valid on their own. */
static void keep_verified(Message *message, DWORD key_type, const void *ekm) {
  size_t kept = 0;
  for (size_t i = 0; i < message->count; i++) {
    const Binding *binding = &message->bindings[i];
    if (is_verified(binding, key_type, ekm)) message->bindings[kept++] = *binding;
  }
  message->count = kept;
}

static void reverse(Message *message) {
  for (size_t i = 0; i < message->count / 2; i++) {
    Binding *first = &message->bindings[i];
    Binding *last = &message->bindings[message->count - 1 - i];
    Binding swapped = *first;
    *first = *last;
    *last = swapped;
  }
}

/* On the heap: it is too large for the stack of the caller's thread. */
static LONG open_message(const void *bytes, DWORD size, Message **message) {
  *message = HeapAlloc(GetProcessHeap(), 0, sizeof **message);
  if (*message == NULL) return NTE_NO_MEMORY;
  if (message_read((Span){bytes, size}, *message)) return ERROR_SUCCESS;
  HeapFree(GetProcessHeap(), 0, *message);
  return SEC_E_INVALID_TOKEN;
}

LONG verify_message(const void *bytes, DWORD size, DWORD key_type, const void *ekm, DWORD ekm_size,
                    TOKENBINDING_RESULT_LIST **results) {
  if (results == NULL) return NTE_INVALID_PARAMETER;
  *results = NULL;
  if (bytes == NULL || ekm == NULL || ekm_size != EKM_SIZE) return NTE_INVALID_PARAMETER;
  if (!key_is_known(key_type)) return NTE_NOT_SUPPORTED;
  unsigned deviations = read_deviations();
  if ((deviations & DEVIATION_TRAILING_BYTE) != 0) size = message_size(bytes, size);
  Message *message;
  LONG status = open_message(bytes, size, &message);
  if (status != ERROR_SUCCESS) return status;
  if (lists_only_verified()) keep_verified(message, key_type, ekm);
  else status = check(message, key_type, ekm, deviations);
  if ((deviations & DEVIATION_REVERSED_LIST) != 0) reverse(message);
  if (status == ERROR_SUCCESS) status = result_list(message->bindings, message->count, results);
  HeapFree(GetProcessHeap(), 0, message);
  return status;
}

LONG list_message(const void *bytes, DWORD size, TOKENBINDING_RESULT_LIST **results) {
  Message *message;
  *results = NULL;
  LONG status = open_message(bytes, size, &message);
  if (status != ERROR_SUCCESS) return status;
  status = result_list(message->bindings, message->count, results);
  HeapFree(GetProcessHeap(), 0, message);
  return status;
}
