/* Part of a stand-in for tests; not Microsoft's DLL. Generation of bindings and messages. */
#include "calls.h"

#include "block.h"
#include "message.h"
#include "own-keys.h"
#include "results.h"

static LONG check_request(DWORD key_type, PCWSTR target, DWORD binding_type, const void *ekm,
                          DWORD ekm_size, DWORD extension_format, const void *extension_data) {
  if (target == NULL || ekm == NULL || ekm_size != EKM_SIZE) return NTE_INVALID_PARAMETER;
  if (binding_type > TOKENBINDING_TYPE_REFERRED) return NTE_INVALID_PARAMETER;
  if (extension_format != TOKENBINDING_EXTENSION_FORMAT_UNDEFINED || extension_data != NULL) {
    return NTE_INVALID_PARAMETER;
  }
  BOOL any = key_type == TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING;
  return any || key_is_known(key_type) ? ERROR_SUCCESS : NTE_NOT_SUPPORTED;
}

/* Encodes a TokenBinding without extensions into a new block. */
static LONG encode(BYTE type, const Identifier *identifier, Span signature, void **out,
                   DWORD *size) {
  Binding binding = {0};
  binding.type = type;
  binding.identifier = (Span){identifier->bytes, identifier->size};
  binding.signature = signature;
  *size = (DWORD)binding_size(identifier->size, signature.size);
  *out = block_new(*size);
  if (*out == NULL) return NTE_NO_MEMORY;
  put_binding(*out, &binding);
  return ERROR_SUCCESS;
}

static LONG sign_binding(OwnKey *key, BYTE type, const void *ekm, void **out, DWORD *size) {
  BYTE signature[SIGNATURE_MAX];
  BYTE key_parameters = own_key_parameters(key);
  Signed data = signed_data(type, key_parameters, ekm);
  LONG status = own_key_sign(key, &data, signature);
  if (status != ERROR_SUCCESS) return status;
  Span content = {signature, signature_size(key_parameters)};
  return encode(type, own_key_identifier(key), content, out, size);
}

static LONG generate_with(OwnKey *key, BYTE type, const void *ekm, void **token_binding,
                          DWORD *size, TOKENBINDING_RESULT_DATA **result) {
  LONG status = sign_binding(key, type, ekm, token_binding, size);
  if (status == ERROR_SUCCESS && result != NULL) {
    status = result_data(type, own_key_identifier(key), result);
  }
  if (status == ERROR_SUCCESS) return status;
  block_free(*token_binding);
  *token_binding = NULL;
  *size = 0;
  return status;
}

LONG generate_binding(DWORD key_type, PCWSTR target, DWORD binding_type, const void *ekm,
                      DWORD ekm_size, DWORD extension_format, const void *extension_data,
                      void **token_binding, DWORD *token_binding_size,
                      TOKENBINDING_RESULT_DATA **result) {
  if (token_binding != NULL) *token_binding = NULL;
  if (token_binding_size != NULL) *token_binding_size = 0;
  if (result != NULL) *result = NULL;
  if (token_binding == NULL || token_binding_size == NULL) return NTE_INVALID_PARAMETER;
  LONG status = check_request(key_type, target, binding_type, ekm, ekm_size, extension_format,
                              extension_data);
  if (status != ERROR_SUCCESS) return status;
  OwnKey *key;
  status = own_key_acquire(target, key_type, &key);
  if (status != ERROR_SUCCESS) return status;
  status = generate_with(key, (BYTE)binding_type, ekm, token_binding, token_binding_size, result);
  own_key_release(key);
  return status;
}

/* The total size of the bindings; each must be exactly one TokenBinding. */
static LONG measure(const void *const bindings[], const DWORD sizes[], DWORD count,
                    ULONGLONG *total) {
  *total = 0;
  for (DWORD i = 0; i < count; i++) {
    Binding binding;
    if (bindings[i] == NULL) return NTE_INVALID_PARAMETER;
    if (!binding_read((Span){bindings[i], sizes[i]}, &binding)) return SEC_E_INVALID_TOKEN;
    *total += sizes[i];
  }
  BOOL fits = *total >= TOKEN_BINDINGS_MIN && *total <= TOKEN_BINDINGS_MAX;
  return fits ? ERROR_SUCCESS : NTE_BAD_LEN;
}

LONG generate_message(const void *const bindings[], const DWORD sizes[], DWORD count,
                      void **message, DWORD *message_size) {
  ULONGLONG total;
  if (message != NULL) *message = NULL;
  if (message_size != NULL) *message_size = 0;
  if (message == NULL || message_size == NULL) return NTE_INVALID_PARAMETER;
  if (bindings == NULL || sizes == NULL || count == 0) return NTE_INVALID_PARAMETER;
  LONG status = measure(bindings, sizes, count, &total);
  if (status != ERROR_SUCCESS) return status;
  BYTE *at = block_new(2 + (size_t)total);
  if (at == NULL) return NTE_NO_MEMORY;
  *message = at;
  *message_size = (DWORD)(2 + total);
  at = put_u16(at, (WORD)total);
  for (DWORD i = 0; i < count; i++) at = put_bytes(at, (Span){bindings[i], sizes[i]});
  return ERROR_SUCCESS;
}
