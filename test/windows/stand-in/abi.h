/* Part of a stand-in for tests; not Microsoft's DLL. The documented ABI of tokenbinding.dll, V2. */
#ifndef STAND_IN_ABI_H
#define STAND_IN_ABI_H

#include <stddef.h>
#include <windows.h>

/* Enumerations of 4 bytes; not C enums, because invalid answers have values without a name. */
typedef DWORD TOKENBINDING_TYPE;
#define TOKENBINDING_TYPE_PROVIDED 0u
#define TOKENBINDING_TYPE_REFERRED 1u

typedef DWORD TOKENBINDING_EXTENSION_FORMAT;
#define TOKENBINDING_EXTENSION_FORMAT_UNDEFINED 0u

typedef DWORD TOKENBINDING_KEY_PARAMETERS_TYPE;
#define TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PKCS 0u
#define TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PSS 1u
#define TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256 2u
#define TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING 255u

/* The first octet of a TokenBindingID; key_length and the key follow in memory. */
typedef struct {
  BYTE keyType;
} TOKENBINDING_IDENTIFIER;

typedef struct {
  TOKENBINDING_TYPE bindingType;
  DWORD identifierSize;
  TOKENBINDING_IDENTIFIER *identifierData;
  TOKENBINDING_EXTENSION_FORMAT extensionFormat;
  DWORD extensionSize;
  void *extensionData;
} TOKENBINDING_RESULT_DATA;

typedef struct {
  DWORD resultCount;
  TOKENBINDING_RESULT_DATA *resultData;
} TOKENBINDING_RESULT_LIST;

typedef struct {
  DWORD keyCount;
  TOKENBINDING_KEY_PARAMETERS_TYPE *keyType;
} TOKENBINDING_KEY_TYPES;

_Static_assert(sizeof(TOKENBINDING_IDENTIFIER) == 1, "TOKENBINDING_IDENTIFIER");
#ifdef _WIN64
_Static_assert(sizeof(TOKENBINDING_RESULT_DATA) == 32, "TOKENBINDING_RESULT_DATA");
_Static_assert(offsetof(TOKENBINDING_RESULT_DATA, identifierData) == 8, "identifierData");
_Static_assert(offsetof(TOKENBINDING_RESULT_DATA, extensionFormat) == 16, "extensionFormat");
_Static_assert(offsetof(TOKENBINDING_RESULT_DATA, extensionData) == 24, "extensionData");
_Static_assert(sizeof(TOKENBINDING_RESULT_LIST) == 16, "TOKENBINDING_RESULT_LIST");
_Static_assert(sizeof(TOKENBINDING_KEY_TYPES) == 16, "TOKENBINDING_KEY_TYPES");
#endif

LONG __stdcall TokenBindingGenerateBinding(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                           PCWSTR targetURL, TOKENBINDING_TYPE bindingType,
                                           const void *tlsEKM, DWORD tlsEKMSize,
                                           TOKENBINDING_EXTENSION_FORMAT extensionFormat,
                                           const void *extensionData, void **tokenBinding,
                                           DWORD *tokenBindingSize,
                                           TOKENBINDING_RESULT_DATA **resultData);

LONG __stdcall TokenBindingGenerateMessage(const void *const tokenBindings[],
                                           const DWORD tokenBindingsSize[],
                                           DWORD tokenBindingsCount, void **tokenBindingMessage,
                                           DWORD *tokenBindingMessageSize);

LONG __stdcall TokenBindingVerifyMessage(const void *tokenBindingMessage,
                                         DWORD tokenBindingMessageSize,
                                         TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                         const void *tlsEKM, DWORD tlsEKMSize,
                                         TOKENBINDING_RESULT_LIST **resultList);

LONG __stdcall TokenBindingGetKeyTypesClient(TOKENBINDING_KEY_TYPES **keyTypes);
LONG __stdcall TokenBindingGetKeyTypesServer(TOKENBINDING_KEY_TYPES **keyTypes);

LONG __stdcall TokenBindingDeleteBinding(PCWSTR targetURL);
LONG __stdcall TokenBindingDeleteAllBindings(void);

LONG __stdcall TokenBindingGenerateID(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                      const void *publicKey, DWORD publicKeySize,
                                      TOKENBINDING_RESULT_DATA **resultData);

LONG __stdcall TokenBindingGenerateIDForUri(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                            PCWSTR targetUri,
                                            TOKENBINDING_RESULT_DATA **resultData);

LONG __stdcall TokenBindingGetHighestSupportedVersion(BYTE *majorVersion, BYTE *minorVersion);

#endif
