/* Part of a stand-in for tests; not Microsoft's DLL. Key types, deletion, version. */
#include "calls.h"

#include "own-keys.h"
#include "results.h"

LONG get_key_types(TOKENBINDING_KEY_TYPES **key_types) {
  static const DWORD preferred[] = {TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256,
                                    TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PSS,
                                    TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PKCS};
  if (key_types == NULL) return NTE_INVALID_PARAMETER;
  *key_types = NULL;
  return result_key_types(preferred, ARRAYSIZE(preferred), key_types);
}

LONG delete_binding(PCWSTR target) {
  return target == NULL ? NTE_INVALID_PARAMETER : own_keys_delete(target);
}

LONG delete_all_bindings(void) {
  own_keys_delete_all();
  return ERROR_SUCCESS;
}

LONG get_highest_supported_version(BYTE *major, BYTE *minor) {
  if (major != NULL) *major = 0;
  if (minor != NULL) *minor = 0;
  if (major == NULL || minor == NULL) return NTE_INVALID_PARAMETER;
  *major = 1;
  return ERROR_SUCCESS;
}
