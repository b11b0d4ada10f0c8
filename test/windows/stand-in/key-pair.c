/* Part of a stand-in for tests; not Microsoft's DLL. Generation of key pairs. */
#include "key-pair.h"

#include "abi.h"
#include "key-blob.h"
#include "providers.h"

#include <string.h>

/* X, Y and the private key of a public test pair on P-256. */
static const BYTE shared_pair[] = {
    0x05, 0x55, 0x3f, 0x06, 0x7e, 0x64, 0x43, 0x6d, 0x39, 0xd4, 0x48, 0x13, 0x30, 0xd3, 0x4e, 0xb1,
    0xee, 0x22, 0x77, 0x01, 0x97, 0xdf, 0x0e, 0x34, 0x12, 0x35, 0x7c, 0xa4, 0x18, 0x38, 0x88, 0xc1,
    0xbd, 0xc6, 0x40, 0x2b, 0x32, 0xbd, 0x8e, 0x76, 0x9b, 0x03, 0x33, 0x7b, 0x92, 0x92, 0x90, 0x68,
    0xd3, 0x40, 0x74, 0x7b, 0x1d, 0xb0, 0x79, 0xad, 0x70, 0x04, 0x5a, 0x42, 0xea, 0x55, 0xef, 0x90,
    0x22, 0x86, 0x5b, 0x3c, 0x76, 0x7c, 0x58, 0x8c, 0xe9, 0xee, 0xb2, 0x62, 0x00, 0xe7, 0x48, 0xd3,
    0xec, 0x2c, 0x94, 0xea, 0xf8, 0x60, 0xd3, 0xe2, 0x4f, 0xa2, 0x24, 0x10, 0xf9, 0x0e, 0xba, 0x3a,
};

/* Windows shares a user's keys among processes. The stand-in stores none: all use this key. */
static BOOL is_shared(BYTE key_parameters) {
  WCHAR value[16];
  DWORD length = GetEnvironmentVariableW(L"STAND_IN_KEYS", value, ARRAYSIZE(value));
  if (length == 0 || length >= ARRAYSIZE(value)) return FALSE;
  return key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256 &&
         lstrcmpW(value, L"shared") == 0;
}

static LONG import_shared(BCRYPT_KEY_HANDLE *handle) {
  const BCRYPT_ECCKEY_BLOB header = {BCRYPT_ECDSA_PRIVATE_P256_MAGIC, sizeof shared_pair / 3};
  BYTE blob[sizeof header + sizeof shared_pair];
  memcpy(blob, &header, sizeof header);
  memcpy(blob + sizeof header, shared_pair, sizeof shared_pair);
  BCRYPT_ALG_HANDLE provider = signature_provider(TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256);
  NTSTATUS imported = BCryptImportKeyPair(provider, NULL, BCRYPT_ECCPRIVATE_BLOB, handle, blob,
                                          sizeof blob, 0);
  return imported == 0 ? ERROR_SUCCESS : NTE_INTERNAL_ERROR;
}

static ULONG key_bits(BYTE key_parameters) {
  return key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256 ? 256 : 8 * RSA_MODULUS_SIZE;
}

static LONG identify(BCRYPT_KEY_HANDLE handle, BYTE key_parameters, Identifier *identifier) {
  KeyBlob blob;
  NTSTATUS exported = BCryptExportKey(handle, NULL, key_blob_type(key_parameters), blob.bytes,
                                      sizeof blob.bytes, &blob.size, 0);
  if (exported != 0) return NTE_INTERNAL_ERROR;
  PublicKey key;
  LONG status = key_from_blob(key_parameters, (Span){blob.bytes, blob.size}, &key);
  if (status == ERROR_SUCCESS) key_identifier(&key, identifier);
  return status;
}

static LONG generate(BYTE key_parameters, BCRYPT_KEY_HANDLE *handle) {
  BCRYPT_ALG_HANDLE provider = signature_provider(key_parameters);
  if (BCryptGenerateKeyPair(provider, handle, key_bits(key_parameters), 0) != 0) {
    return NTE_INTERNAL_ERROR;
  }
  if (BCryptFinalizeKeyPair(*handle, 0) == 0) return ERROR_SUCCESS;
  BCryptDestroyKey(*handle);
  return NTE_INTERNAL_ERROR;
}

LONG key_pair_generate(BYTE key_parameters, KeyPair *pair) {
  LONG status = is_shared(key_parameters) ? import_shared(&pair->handle)
                                          : generate(key_parameters, &pair->handle);
  if (status != ERROR_SUCCESS) return status;
  status = identify(pair->handle, key_parameters, &pair->identifier);
  if (status != ERROR_SUCCESS) BCryptDestroyKey(pair->handle);
  return status;
}
