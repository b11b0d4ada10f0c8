/* Part of a stand-in for tests; not Microsoft's DLL. The exported functions, with valid results. */
#include "calls.h"
#include "undocumented.h"

LONG __stdcall TokenBindingGenerateBinding(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                           PCWSTR targetURL, TOKENBINDING_TYPE bindingType,
                                           const void *tlsEKM, DWORD tlsEKMSize,
                                           TOKENBINDING_EXTENSION_FORMAT extensionFormat,
                                           const void *extensionData, void **tokenBinding,
                                           DWORD *tokenBindingSize,
                                           TOKENBINDING_RESULT_DATA **resultData) {
  return map_status(generate_binding(keyType, targetURL, bindingType, tlsEKM, tlsEKMSize,
                                     extensionFormat, extensionData, tokenBinding, tokenBindingSize,
                                     resultData));
}

LONG __stdcall TokenBindingGenerateMessage(const void *const tokenBindings[],
                                           const DWORD tokenBindingsSize[],
                                           DWORD tokenBindingsCount, void **tokenBindingMessage,
                                           DWORD *tokenBindingMessageSize) {
  return map_status(generate_message(tokenBindings, tokenBindingsSize, tokenBindingsCount,
                                     tokenBindingMessage, tokenBindingMessageSize));
}

LONG __stdcall TokenBindingVerifyMessage(const void *tokenBindingMessage,
                                         DWORD tokenBindingMessageSize,
                                         TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                         const void *tlsEKM, DWORD tlsEKMSize,
                                         TOKENBINDING_RESULT_LIST **resultList) {
  return map_status(verify_message(tokenBindingMessage, tokenBindingMessageSize, keyType, tlsEKM,
                                   tlsEKMSize, resultList));
}

LONG __stdcall TokenBindingGetKeyTypesClient(TOKENBINDING_KEY_TYPES **keyTypes) {
  return map_status(get_key_types(keyTypes));
}

LONG __stdcall TokenBindingGetKeyTypesServer(TOKENBINDING_KEY_TYPES **keyTypes) {
  return map_status(get_key_types(keyTypes));
}

LONG __stdcall TokenBindingDeleteBinding(PCWSTR targetURL) {
  return map_status(delete_binding(targetURL));
}

LONG __stdcall TokenBindingDeleteAllBindings(void) { return map_status(delete_all_bindings()); }

LONG __stdcall TokenBindingGenerateID(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                      const void *publicKey, DWORD publicKeySize,
                                      TOKENBINDING_RESULT_DATA **resultData) {
  return map_status(generate_id(keyType, publicKey, publicKeySize, resultData));
}

LONG __stdcall TokenBindingGenerateIDForUri(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                            PCWSTR targetUri,
                                            TOKENBINDING_RESULT_DATA **resultData) {
  return map_status(generate_id_for_uri(keyType, targetUri, resultData));
}

LONG __stdcall TokenBindingGetHighestSupportedVersion(BYTE *majorVersion, BYTE *minorVersion) {
  return map_status(get_highest_supported_version(majorVersion, minorVersion));
}
