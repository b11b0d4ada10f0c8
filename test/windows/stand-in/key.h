/* Part of a stand-in for tests; not Microsoft's DLL. Public keys and their TokenBindingIDs. */
#ifndef STAND_IN_KEY_H
#define STAND_IN_KEY_H

#include "bytes.h"

#define RSA_MODULUS_SIZE 256
#define RSA_EXPONENT_MAX 255

/* The key of a TokenBindingID, as spans of the bytes that it was read from. */
typedef struct {
  BYTE key_parameters;
  Span modulus;
  Span exponent;
  Span point;
} PublicKey;

/* The size of key_parameters, key_length and the longest usable key. */
#define IDENTIFIER_MAX (3 + 2 + RSA_MODULUS_SIZE + 1 + RSA_EXPONENT_MAX)

typedef struct {
  BYTE bytes[IDENTIFIER_MAX];
  size_t size;
} Identifier;

/* Whether RFC 8471 defines these key parameters. */
BOOL key_is_known(DWORD key_parameters);

/* Reads a TokenBindingID from the cursor, with the parts of the key if its type is known. */
BOOL take_identifier(Span *cursor, Span *identifier, PublicKey *key);

/* Whether a key of known type can verify signatures. */
BOOL key_is_usable(const PublicKey *key);

/* The TokenBindingID of a usable key. */
void key_identifier(const PublicKey *key, Identifier *identifier);

#endif
