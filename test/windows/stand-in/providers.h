/* Part of a stand-in for tests; not Microsoft's DLL. bcrypt's algorithm handles. */
#ifndef STAND_IN_PROVIDERS_H
#define STAND_IN_PROVIDERS_H

#include <windows.h>
#include <bcrypt.h>

/* Opened at first use until the process ends; NULL if bcrypt does not provide it. */
BCRYPT_ALG_HANDLE signature_provider(DWORD key_parameters);
BCRYPT_ALG_HANDLE sha256_provider(void);

#endif
