/* Part of a stand-in for tests; not Microsoft's DLL. Implementations of the exported functions. */
#ifndef STAND_IN_CALLS_H
#define STAND_IN_CALLS_H

#include "abi.h"

/* After a failure each out value is NULL or 0. */

LONG generate_binding(DWORD key_type, PCWSTR target, DWORD binding_type, const void *ekm,
                      DWORD ekm_size, DWORD extension_format, const void *extension_data,
                      void **token_binding, DWORD *token_binding_size,
                      TOKENBINDING_RESULT_DATA **result);

LONG generate_message(const void *const bindings[], const DWORD sizes[], DWORD count,
                      void **message, DWORD *message_size);

LONG verify_message(const void *message, DWORD message_size, DWORD key_type, const void *ekm,
                    DWORD ekm_size, TOKENBINDING_RESULT_LIST **results);

/* Returns the results of verify_message as if every check after parsing succeeded. */
LONG list_message(const void *message, DWORD message_size, TOKENBINDING_RESULT_LIST **results);

LONG get_key_types(TOKENBINDING_KEY_TYPES **key_types);

LONG delete_binding(PCWSTR target);
LONG delete_all_bindings(void);

LONG generate_id(DWORD key_type, const void *public_key, DWORD public_key_size,
                 TOKENBINDING_RESULT_DATA **result);

LONG generate_id_for_uri(DWORD key_type, PCWSTR target, TOKENBINDING_RESULT_DATA **result);

LONG get_highest_supported_version(BYTE *major, BYTE *minor);

#endif
