/* Part of a stand-in for tests; not Microsoft's DLL. Private keys by target, in memory. */
#ifndef STAND_IN_OWN_KEYS_H
#define STAND_IN_OWN_KEYS_H

#include "key.h"
#include "signature.h"

typedef struct OwnKey OwnKey;

/*
 * Finds the key of a target, or generates it. For ANYEXISTING it finds the best existing key, or
 * returns NTE_NOT_FOUND. The caller must release the key.
 */
LONG own_key_acquire(PCWSTR target, DWORD key_type, OwnKey **key);
void own_key_release(OwnKey *key);

BYTE own_key_parameters(const OwnKey *key);
const Identifier *own_key_identifier(const OwnKey *key);
LONG own_key_sign(OwnKey *key, const Signed *data, BYTE signature[SIGNATURE_MAX]);

/* Deletes every key of a target; returns NTE_NOT_FOUND if it has none. */
LONG own_keys_delete(PCWSTR target);
void own_keys_delete_all(void);

/* Only for the end of the process, when no other thread runs. */
size_t own_keys_count(void);

#endif
