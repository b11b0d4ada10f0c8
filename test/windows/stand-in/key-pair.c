/* Part of a stand-in for tests; not Microsoft's DLL. Generation of key pairs. */
#include "key-pair.h"

#include "abi.h"
#include "key-blob.h"
#include "providers.h"

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
  LONG status = generate(key_parameters, &pair->handle);
  if (status != ERROR_SUCCESS) return status;
  status = identify(pair->handle, key_parameters, &pair->identifier);
  if (status != ERROR_SUCCESS) BCryptDestroyKey(pair->handle);
  return status;
}
