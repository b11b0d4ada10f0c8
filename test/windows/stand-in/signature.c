/* Part of a stand-in for tests; not Microsoft's DLL. Signatures of TokenBindings (RFC 8471 3.3). */
#include "signature.h"

#include "abi.h"
#include "key-blob.h"
#include "p256.h"
#include "providers.h"

#include <string.h>

#define DIGEST_SIZE 32
#define PSS_SALT_SIZE 32

/* bcrypt's padding argument. It points into itself, so it must not be copied. */
typedef struct {
  BCRYPT_PKCS1_PADDING_INFO pkcs1;
  BCRYPT_PSS_PADDING_INFO pss;
  void *info;
  ULONG flags;
} Padding;

static void choose_padding(Padding *padding, DWORD key_parameters) {
  *padding =
      (Padding){{BCRYPT_SHA256_ALGORITHM}, {BCRYPT_SHA256_ALGORITHM, PSS_SALT_SIZE}, NULL, 0};
  if (key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PKCS) {
    padding->info = &padding->pkcs1;
    padding->flags = BCRYPT_PAD_PKCS1;
  } else if (key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PSS) {
    padding->info = &padding->pss;
    padding->flags = BCRYPT_PAD_PSS;
  }
}

Signed signed_data(BYTE binding_type, BYTE key_parameters, const void *ekm) {
  Signed data = {binding_type, key_parameters, {0}};
  memcpy(data.ekm, ekm, EKM_SIZE);
  return data;
}

size_t signature_size(DWORD key_parameters) {
  return key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256 ? P256_POINT_SIZE
                                                                      : RSA_MODULUS_SIZE;
}

static BOOL digest_of(const Signed *data, BYTE digest[DIGEST_SIZE]) {
  Signed input = *data;
  return BCryptHash(sha256_provider(), NULL, 0, (PUCHAR)&input, sizeof input, digest,
                    DIGEST_SIZE) == 0;
}

static BCRYPT_KEY_HANDLE import_key(const PublicKey *key) {
  KeyBlob blob;
  BCRYPT_KEY_HANDLE handle = NULL;
  key_blob(key, &blob);
  NTSTATUS status =
      BCryptImportKeyPair(signature_provider(key->key_parameters), NULL,
                          key_blob_type(key->key_parameters), &handle, blob.bytes, blob.size, 0);
  return status == 0 ? handle : NULL;
}

static BOOL verify_digest(BCRYPT_KEY_HANDLE key, DWORD key_parameters, BYTE digest[DIGEST_SIZE],
                          Span signature) {
  Padding padding;
  BYTE copy[SIGNATURE_MAX];
  choose_padding(&padding, key_parameters);
  memcpy(copy, signature.bytes, signature.size);
  return BCryptVerifySignature(key, padding.info, digest, DIGEST_SIZE, copy, (ULONG)signature.size,
                               padding.flags) == 0;
}

BOOL signature_is_valid(const PublicKey *key, const Signed *data, Span signature) {
  BYTE digest[DIGEST_SIZE];
  if (signature.size != signature_size(key->key_parameters)) return FALSE;
  if (!digest_of(data, digest)) return FALSE;
  BCRYPT_KEY_HANDLE handle = import_key(key);
  if (handle == NULL) return FALSE;
  BOOL valid = verify_digest(handle, key->key_parameters, digest, signature);
  BCryptDestroyKey(handle);
  return valid;
}

LONG signature_make(BCRYPT_KEY_HANDLE key, const Signed *data, BYTE signature[SIGNATURE_MAX]) {
  BYTE digest[DIGEST_SIZE];
  Padding padding;
  ULONG size = 0;
  if (!digest_of(data, digest)) return NTE_INTERNAL_ERROR;
  choose_padding(&padding, data->key_parameters);
  NTSTATUS status = BCryptSignHash(key, padding.info, digest, DIGEST_SIZE, signature, SIGNATURE_MAX,
                                   &size, padding.flags);
  BOOL made = status == 0 && size == signature_size(data->key_parameters);
  return made ? ERROR_SUCCESS : NTE_INTERNAL_ERROR;
}
