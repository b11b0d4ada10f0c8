/* Part of a stand-in for tests; not Microsoft's DLL. Signatures of TokenBindings (RFC 8471 3.3). */
#ifndef STAND_IN_SIGNATURE_H
#define STAND_IN_SIGNATURE_H

#include "key.h"

#include <bcrypt.h>

#define EKM_SIZE 32
#define SIGNATURE_MAX 256

/* The data that a signature covers (RFC 8471 3.3). */
typedef struct {
  BYTE binding_type;
  BYTE key_parameters;
  BYTE ekm[EKM_SIZE];
} Signed;

Signed signed_data(BYTE binding_type, BYTE key_parameters, const void *ekm);

/* The length of the signatures of a known key type. */
size_t signature_size(DWORD key_parameters);

/* Whether the signature of a usable key is valid. */
BOOL signature_is_valid(const PublicKey *key, const Signed *data, Span signature);

/* Signs with a private key of data->key_parameters. */
LONG signature_make(BCRYPT_KEY_HANDLE key, const Signed *data, BYTE signature[SIGNATURE_MAX]);

#endif
