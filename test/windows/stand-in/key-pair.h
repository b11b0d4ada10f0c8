/* Part of a stand-in for tests; not Microsoft's DLL. Generation of key pairs. */
#ifndef STAND_IN_KEY_PAIR_H
#define STAND_IN_KEY_PAIR_H

#include "key.h"

#include <bcrypt.h>

typedef struct {
  BCRYPT_KEY_HANDLE handle;
  Identifier identifier;
} KeyPair;

/* Generates a pair of a known key type. The caller destroys it with BCryptDestroyKey(handle). */
LONG key_pair_generate(BYTE key_parameters, KeyPair *pair);

#endif
