/* Part of a stand-in for tests; not Microsoft's DLL. Public keys and their TokenBindingIDs. */
#include "key.h"

#include "abi.h"
#include "p256.h"

static BOOL is_ec(const PublicKey *key) {
  return key->key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256;
}

BOOL key_is_known(DWORD key_parameters) {
  return key_parameters <= TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256;
}

/* Reads the parts of a known key, which must be all of `content`. */
static BOOL read_key(Span content, PublicKey *key) {
  if (!key_is_known(key->key_parameters)) return TRUE;
  BOOL whole = is_ec(key) ? take_opaque8(&content, 1, &key->point)
                          : take_opaque16(&content, 1, &key->modulus) &&
                                take_opaque8(&content, 1, &key->exponent);
  return whole && content.size == 0;
}

BOOL take_identifier(Span *cursor, Span *identifier, PublicKey *key) {
  const BYTE *start = cursor->bytes;
  Span content;
  *key = (PublicKey){0};
  if (!take_u8(cursor, &key->key_parameters) || !take_opaque16(cursor, 0, &content)) return FALSE;
  *identifier = (Span){start, (size_t)(cursor->bytes - start)};
  return read_key(content, key);
}

static BOOL is_odd(Span number) { return (number.bytes[number.size - 1] & 1) != 0; }

static BOOL modulus_is_usable(Span modulus) {
  return modulus.size == RSA_MODULUS_SIZE && modulus.bytes[0] >= 0x80 && is_odd(modulus);
}

static BOOL exponent_is_usable(Span exponent) {
  if (exponent.size == 0 || exponent.size > RSA_EXPONENT_MAX) return FALSE;
  BOOL is_one = exponent.size == 1 && exponent.bytes[0] == 1;
  return exponent.bytes[0] != 0 && is_odd(exponent) && !is_one;
}

BOOL key_is_usable(const PublicKey *key) {
  if (!is_ec(key)) return modulus_is_usable(key->modulus) && exponent_is_usable(key->exponent);
  return key->point.size == P256_POINT_SIZE && p256_has_point(key->point.bytes);
}

static BYTE *put_ec(BYTE *at, const PublicKey *key) {
  at = put_u16(at, (WORD)(1 + key->point.size));
  at = put_u8(at, (BYTE)key->point.size);
  return put_bytes(at, key->point);
}

static BYTE *put_rsa(BYTE *at, const PublicKey *key) {
  at = put_u16(at, (WORD)(2 + key->modulus.size + 1 + key->exponent.size));
  at = put_u16(at, (WORD)key->modulus.size);
  at = put_bytes(at, key->modulus);
  at = put_u8(at, (BYTE)key->exponent.size);
  return put_bytes(at, key->exponent);
}

void key_identifier(const PublicKey *key, Identifier *identifier) {
  BYTE *at = put_u8(identifier->bytes, key->key_parameters);
  at = is_ec(key) ? put_ec(at, key) : put_rsa(at, key);
  identifier->size = (size_t)(at - identifier->bytes);
}
