/* Part of a stand-in for tests; not Microsoft's DLL. Public keys as bcrypt's blobs. */
#ifndef STAND_IN_KEY_BLOB_H
#define STAND_IN_KEY_BLOB_H

#include "key.h"

#include <bcrypt.h>

#define KEY_BLOB_MAX (sizeof(BCRYPT_RSAKEY_BLOB) + RSA_EXPONENT_MAX + RSA_MODULUS_SIZE)

typedef struct {
  BYTE bytes[KEY_BLOB_MAX];
  ULONG size;
} KeyBlob;

/* Encodes the blob of a usable key. */
void key_blob(const PublicKey *key, KeyBlob *blob);

/* BCRYPT_RSAPUBLIC_BLOB or BCRYPT_ECCPUBLIC_BLOB, by key type. */
LPCWSTR key_blob_type(DWORD key_parameters);

/*
 * Reads a blob of the type that belongs to `key_parameters`, as spans of it. Returns
 * NTE_INVALID_PARAMETER for a wrong size and NTE_BAD_KEY for an unusable key.
 */
LONG key_from_blob(BYTE key_parameters, Span blob, PublicKey *key);

#endif
