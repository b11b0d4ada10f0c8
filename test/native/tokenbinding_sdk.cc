// Compares native/tokenbinding_abi.h with the tokenbinding.h of the Windows SDK. It is compiled,
// never run. MinGW has no such header; there the header of the stand-ins takes its place.

// TokenBindingGenerateIDForUri exists since version 1903.
#define _WIN32_WINNT 0x0A00
#define NTDDI_VERSION 0x0A000007
#define SECURITY_WIN32
#include <windows.h>
// Must follow windows.h.
#include <security.h>
// Angle brackets do not find the header of this name in native/.
#include <tokenbinding.h>

#include "../../native/tokenbinding_abi.h"
#include "sdk_compare.h"

namespace abi = tokenbinding::abi;

namespace {

SAME_FUNCTION(GenerateBinding, TokenBindingGenerateBinding);
SAME_FUNCTION(GenerateMessage, TokenBindingGenerateMessage);
SAME_FUNCTION(VerifyMessage, TokenBindingVerifyMessage);
SAME_FUNCTION(GetKeyTypes, TokenBindingGetKeyTypesClient);
SAME_FUNCTION(GetKeyTypes, TokenBindingGetKeyTypesServer);
SAME_FUNCTION(DeleteBinding, TokenBindingDeleteBinding);
SAME_FUNCTION(DeleteAllBindings, TokenBindingDeleteAllBindings);
SAME_FUNCTION(GenerateId, TokenBindingGenerateID);
SAME_FUNCTION(GenerateIdForUri, TokenBindingGenerateIDForUri);
SAME_FUNCTION(GetHighestSupportedVersion, TokenBindingGetHighestSupportedVersion);

SAME_SIZE(ResultData, TOKENBINDING_RESULT_DATA);
SAME_PLACE(ResultData, binding_type, TOKENBINDING_RESULT_DATA, bindingType);
SAME_PLACE(ResultData, identifier_size, TOKENBINDING_RESULT_DATA, identifierSize);
SAME_PLACE(ResultData, identifier_data, TOKENBINDING_RESULT_DATA, identifierData);
SAME_PLACE(ResultData, extension_format, TOKENBINDING_RESULT_DATA, extensionFormat);
SAME_PLACE(ResultData, extension_size, TOKENBINDING_RESULT_DATA, extensionSize);
SAME_PLACE(ResultData, extension_data, TOKENBINDING_RESULT_DATA, extensionData);

SAME_SIZE(ResultList, TOKENBINDING_RESULT_LIST);
SAME_PLACE(ResultList, result_count, TOKENBINDING_RESULT_LIST, resultCount);
SAME_PLACE(ResultList, result_data, TOKENBINDING_RESULT_LIST, resultData);

SAME_SIZE(KeyTypes, TOKENBINDING_KEY_TYPES);
SAME_PLACE(KeyTypes, key_count, TOKENBINDING_KEY_TYPES, keyCount);
SAME_PLACE(KeyTypes, key_type, TOKENBINDING_KEY_TYPES, keyType);

static_assert(TOKENBINDING_TYPE_PROVIDED == 0 && TOKENBINDING_TYPE_REFERRED == 1);
static_assert(TOKENBINDING_EXTENSION_FORMAT_UNDEFINED == 0);
static_assert(TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PKCS == 0);
static_assert(TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PSS == 1);
static_assert(TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256 == 2);
static_assert(TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING == 255);

}  // namespace
