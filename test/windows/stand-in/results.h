/* Part of a stand-in for tests; not Microsoft's DLL. Result structures, each in one block. */
#ifndef STAND_IN_RESULTS_H
#define STAND_IN_RESULTS_H

#include "abi.h"
#include "message.h"

/* Each writes *out and returns ERROR_SUCCESS, or returns NTE_NO_MEMORY. */
LONG result_list(const Binding *bindings, size_t count, TOKENBINDING_RESULT_LIST **out);
LONG result_data(BYTE binding_type, const Identifier *identifier, TOKENBINDING_RESULT_DATA **out);
LONG result_key_types(const DWORD *key_types, size_t count, TOKENBINDING_KEY_TYPES **out);

#endif
