/* Part of a stand-in for tests; not Microsoft's DLL. Private keys by target, in memory. */
#ifndef STAND_IN_OWN_KEYS_H
#define STAND_IN_OWN_KEYS_H

#include "key.h"
#include "signature.h"

typedef struct OwnKey OwnKey;

/*
 * The key of a target, made when there is none yet; for ANYEXISTING the best one there is, or
 * NTE_NOT_FOUND. Every key acquired is to be released.
 */
LONG own_key_acquire(PCWSTR target, DWORD key_type, OwnKey **key);
void own_key_release(OwnKey *key);

BYTE own_key_parameters(const OwnKey *key);
const Identifier *own_key_identifier(const OwnKey *key);
LONG own_key_sign(OwnKey *key, const Signed *data, BYTE signature[SIGNATURE_MAX]);

/* Deletes every key of a target; NTE_NOT_FOUND when it has none. */
LONG own_keys_delete(PCWSTR target);
void own_keys_delete_all(void);

/* For the end of the process, when no other thread is left. */
size_t own_keys_count(void);

#endif
