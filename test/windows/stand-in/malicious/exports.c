/* Part of a stand-in for tests; not Microsoft's DLL. Exported functions with invalid answers. */
#include "../calls.h"
#include "answers.h"

static BOOL is_about(const RequestedAnswer *wanted, OutShape shape) {
  return (wanted->shapes & shape) != 0;
}

static void drop(void **block, DWORD *size) {
  HeapFree(GetProcessHeap(), 0, *block);
  *block = NULL;
  if (size != NULL) *size = 0;
}

/* Corrupts an out pointer of a successful call, or frees it if the call is to fail. */
static LONG answer(const RequestedAnswer *wanted, OutShape shape, void **block, DWORD *size) {
  const StatusAnswer *status = status_answer(wanted->name);
  Out out = {shape, *block, size == NULL ? 0 : *size};
  apply_answer(wanted, &out);
  *block = out.block;
  if (size != NULL) *size = out.size;
  if (status == NULL) return ERROR_SUCCESS;
  if (!status->with_results) drop(block, size);
  return status->status;
}

static LONG answer_data(const RequestedAnswer *wanted, LONG status,
                        TOKENBINDING_RESULT_DATA **data) {
  return status == ERROR_SUCCESS ? answer(wanted, OUT_DATA, (void **)data, NULL) : status;
}

static LONG answer_key_types(TOKENBINDING_KEY_TYPES **key_types) {
  RequestedAnswer wanted = read_answer();
  LONG status = get_key_types(key_types);
  if (status != ERROR_SUCCESS) return status;
  return answer(&wanted, OUT_KEY_TYPES, (void **)key_types, NULL);
}

LONG __stdcall TokenBindingGenerateBinding(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                           PCWSTR targetURL, TOKENBINDING_TYPE bindingType,
                                           const void *tlsEKM, DWORD tlsEKMSize,
                                           TOKENBINDING_EXTENSION_FORMAT extensionFormat,
                                           const void *extensionData, void **tokenBinding,
                                           DWORD *tokenBindingSize,
                                           TOKENBINDING_RESULT_DATA **resultData) {
  RequestedAnswer wanted = read_answer();
  LONG status =
      generate_binding(keyType, targetURL, bindingType, tlsEKM, tlsEKMSize, extensionFormat,
                       extensionData, tokenBinding, tokenBindingSize, resultData);
  if (status != ERROR_SUCCESS) return status;
  if (resultData != NULL) answer_data(&wanted, status, resultData);
  return answer(&wanted, OUT_BYTES, tokenBinding, tokenBindingSize);
}

LONG __stdcall TokenBindingGenerateMessage(const void *const tokenBindings[],
                                           const DWORD tokenBindingsSize[],
                                           DWORD tokenBindingsCount, void **tokenBindingMessage,
                                           DWORD *tokenBindingMessageSize) {
  RequestedAnswer wanted = read_answer();
  LONG status = generate_message(tokenBindings, tokenBindingsSize, tokenBindingsCount,
                                 tokenBindingMessage, tokenBindingMessageSize);
  if (status != ERROR_SUCCESS) return status;
  return answer(&wanted, OUT_BYTES, tokenBindingMessage, tokenBindingMessageSize);
}

/* An answer about lists also applies to forgeries, so that a caller who accepts it is found out. */
LONG __stdcall TokenBindingVerifyMessage(const void *tokenBindingMessage,
                                         DWORD tokenBindingMessageSize,
                                         TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                         const void *tlsEKM, DWORD tlsEKMSize,
                                         TOKENBINDING_RESULT_LIST **resultList) {
  RequestedAnswer wanted = read_answer();
  BOOL unchecked = is_about(&wanted, OUT_LIST) && tokenBindingMessage != NULL && resultList != NULL;
  LONG status = unchecked ? list_message(tokenBindingMessage, tokenBindingMessageSize, resultList)
                          : verify_message(tokenBindingMessage, tokenBindingMessageSize, keyType,
                                           tlsEKM, tlsEKMSize, resultList);
  if (status != ERROR_SUCCESS) return status;
  return answer(&wanted, OUT_LIST, (void **)resultList, NULL);
}

LONG __stdcall TokenBindingGetKeyTypesClient(TOKENBINDING_KEY_TYPES **keyTypes) {
  return answer_key_types(keyTypes);
}

LONG __stdcall TokenBindingGetKeyTypesServer(TOKENBINDING_KEY_TYPES **keyTypes) {
  return answer_key_types(keyTypes);
}

LONG __stdcall TokenBindingDeleteBinding(PCWSTR targetURL) {
  RequestedAnswer wanted = read_answer();
  const StatusAnswer *status = status_answer(wanted.name);
  return status != NULL ? status->status : delete_binding(targetURL);
}

LONG __stdcall TokenBindingDeleteAllBindings(void) {
  RequestedAnswer wanted = read_answer();
  const StatusAnswer *status = status_answer(wanted.name);
  return status != NULL ? status->status : delete_all_bindings();
}

LONG __stdcall TokenBindingGenerateID(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                      const void *publicKey, DWORD publicKeySize,
                                      TOKENBINDING_RESULT_DATA **resultData) {
  RequestedAnswer wanted = read_answer();
  LONG status = generate_id(keyType, publicKey, publicKeySize, resultData);
  return answer_data(&wanted, status, resultData);
}

LONG __stdcall TokenBindingGenerateIDForUri(TOKENBINDING_KEY_PARAMETERS_TYPE keyType,
                                            PCWSTR targetUri,
                                            TOKENBINDING_RESULT_DATA **resultData) {
  RequestedAnswer wanted = read_answer();
  LONG status = generate_id_for_uri(keyType, targetUri, resultData);
  return answer_data(&wanted, status, resultData);
}

LONG __stdcall TokenBindingGetHighestSupportedVersion(BYTE *majorVersion, BYTE *minorVersion) {
  RequestedAnswer wanted = read_answer();
  LONG result = get_highest_supported_version(majorVersion, minorVersion);
  if (result != ERROR_SUCCESS) return result;
  const VersionAnswer *version = version_answer(wanted.name);
  const StatusAnswer *status = status_answer(wanted.name);
  if (version != NULL) {
    *majorVersion = version->major;
    *minorVersion = version->minor;
  }
  if (status == NULL) return ERROR_SUCCESS;
  if (!status->with_results) *majorVersion = *minorVersion = 0;
  return status->status;
}
