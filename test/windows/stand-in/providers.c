/* Part of a stand-in for tests; not Microsoft's DLL. bcrypt's algorithm handles. */
#include "providers.h"

#include "abi.h"

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static BCRYPT_ALG_HANDLE rsa, ecdsa, sha256;

static BCRYPT_ALG_HANDLE open_provider(LPCWSTR algorithm) {
  BCRYPT_ALG_HANDLE provider = NULL;
  NTSTATUS status = BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0);
  return status == 0 ? provider : NULL;
}

static BOOL CALLBACK open_providers(PINIT_ONCE init_once, PVOID parameter, PVOID *context) {
  (void)init_once;
  (void)parameter;
  (void)context;
  rsa = open_provider(BCRYPT_RSA_ALGORITHM);
  ecdsa = open_provider(BCRYPT_ECDSA_P256_ALGORITHM);
  sha256 = open_provider(BCRYPT_SHA256_ALGORITHM);
  return TRUE;
}

BCRYPT_ALG_HANDLE signature_provider(DWORD key_parameters) {
  InitOnceExecuteOnce(&once, open_providers, NULL, NULL);
  return key_parameters == TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256 ? ecdsa : rsa;
}

BCRYPT_ALG_HANDLE sha256_provider(void) {
  InitOnceExecuteOnce(&once, open_providers, NULL, NULL);
  return sha256;
}
