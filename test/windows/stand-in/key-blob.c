/* Part of a stand-in for tests; not Microsoft's DLL. Public keys as bcrypt's blobs. */
#include "key-blob.h"

#include "abi.h"
#include "p256.h"

#include <string.h>

#define COORDINATE_SIZE (P256_POINT_SIZE / 2)

static BOOL is_ec(DWORD key_parameters) {
  return key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256;
}

LPCWSTR key_blob_type(DWORD key_parameters) {
  return is_ec(key_parameters) ? BCRYPT_ECCPUBLIC_BLOB : BCRYPT_RSAPUBLIC_BLOB;
}

static BYTE *put_ec_blob(BYTE *at, const PublicKey *key) {
  BCRYPT_ECCKEY_BLOB header = {BCRYPT_ECDSA_PUBLIC_P256_MAGIC, COORDINATE_SIZE};
  at = put_bytes(at, (Span){(const BYTE *)&header, sizeof header});
  return put_bytes(at, key->point);
}

static BYTE *put_rsa_blob(BYTE *at, const PublicKey *key) {
  BCRYPT_RSAKEY_BLOB header = {BCRYPT_RSAPUBLIC_MAGIC,
                               (ULONG)(8 * key->modulus.size),
                               (ULONG)key->exponent.size,
                               (ULONG)key->modulus.size,
                               0,
                               0};
  at = put_bytes(at, (Span){(const BYTE *)&header, sizeof header});
  at = put_bytes(at, key->exponent);
  return put_bytes(at, key->modulus);
}

void key_blob(const PublicKey *key, KeyBlob *blob) {
  BYTE *end =
      is_ec(key->key_parameters) ? put_ec_blob(blob->bytes, key) : put_rsa_blob(blob->bytes, key);
  blob->size = (ULONG)(end - blob->bytes);
}

/* Copies the header, because the caller's blob may be unaligned. */
static BOOL take_header(Span *blob, void *header, size_t size) {
  Span bytes;
  if (!take_bytes(blob, size, &bytes)) return FALSE;
  memcpy(header, bytes.bytes, size);
  return TRUE;
}

static LONG read_ec_blob(Span blob, PublicKey *key) {
  BCRYPT_ECCKEY_BLOB header;
  if (!take_header(&blob, &header, sizeof header)) return NTE_INVALID_PARAMETER;
  if (header.dwMagic != BCRYPT_ECDSA_PUBLIC_P256_MAGIC) return NTE_BAD_KEY;
  if (blob.size != 2 * (ULONGLONG)header.cbKey) return NTE_INVALID_PARAMETER;
  key->point = blob;
  return ERROR_SUCCESS;
}

static LONG read_rsa_blob(Span blob, PublicKey *key) {
  BCRYPT_RSAKEY_BLOB header;
  if (!take_header(&blob, &header, sizeof header)) return NTE_INVALID_PARAMETER;
  if (header.Magic != BCRYPT_RSAPUBLIC_MAGIC) return NTE_BAD_KEY;
  BOOL whole = take_bytes(&blob, header.cbPublicExp, &key->exponent) &&
               take_bytes(&blob, header.cbModulus, &key->modulus) && blob.size == 0;
  if (!whole) return NTE_INVALID_PARAMETER;
  return header.BitLength == 8 * RSA_MODULUS_SIZE ? ERROR_SUCCESS : NTE_BAD_KEY;
}

LONG key_from_blob(BYTE key_parameters, Span blob, PublicKey *key) {
  *key = (PublicKey){0};
  key->key_parameters = key_parameters;
  LONG status = is_ec(key_parameters) ? read_ec_blob(blob, key) : read_rsa_blob(blob, key);
  if (status != ERROR_SUCCESS) return status;
  return key_is_usable(key) ? ERROR_SUCCESS : NTE_BAD_KEY;
}
