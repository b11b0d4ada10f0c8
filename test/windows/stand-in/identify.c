/* Part of a stand-in for tests; not Microsoft's DLL. TokenBindingIDs of given and stored keys. */
#include "calls.h"

#include "key-blob.h"
#include "own-keys.h"
#include "results.h"

LONG generate_id(DWORD key_type, const void *public_key, DWORD public_key_size,
                 TOKENBINDING_RESULT_DATA **result) {
  if (result == NULL) return NTE_INVALID_PARAMETER;
  *result = NULL;
  if (public_key == NULL) return NTE_INVALID_PARAMETER;
  if (!key_is_known(key_type)) return NTE_NOT_SUPPORTED;
  PublicKey key;
  LONG status = key_from_blob((BYTE)key_type, (Span){public_key, public_key_size}, &key);
  if (status != ERROR_SUCCESS) return status;
  Identifier identifier;
  key_identifier(&key, &identifier);
  return result_data(TOKENBINDING_TYPE_PROVIDED, &identifier, result);
}

LONG generate_id_for_uri(DWORD key_type, PCWSTR target, TOKENBINDING_RESULT_DATA **result) {
  if (result == NULL) return NTE_INVALID_PARAMETER;
  *result = NULL;
  if (target == NULL) return NTE_INVALID_PARAMETER;
  BOOL any = key_type == TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING;
  if (!any && !key_is_known(key_type)) return NTE_NOT_SUPPORTED;
  OwnKey *key;
  LONG status = own_key_acquire(target, key_type, &key);
  if (status != ERROR_SUCCESS) return status;
  status = result_data(TOKENBINDING_TYPE_PROVIDED, own_key_identifier(key), result);
  own_key_release(key);
  return status;
}
