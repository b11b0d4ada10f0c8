#pragma once

#include <cstddef>
#include <cstdint>

#ifdef _WIN32
#define TOKENBINDING_CALL __stdcall
#else
#define TOKENBINDING_CALL
#endif

/// The ABI of tokenbinding.dll as tokenbinding.h of the Windows SDK declares it. This is its second
/// version; the first has the same function names with other parameters. It is declared here
/// because the SDK's header needs an import library, and the addon must load where the DLL is
/// absent.
namespace tokenbinding::abi {

/// TOKENBINDING_RESULT_DATA
struct ResultData {
  uint32_t binding_type;
  uint32_t identifier_size;
  const uint8_t* identifier_data;
  uint32_t extension_format;
  uint32_t extension_size;
  const uint8_t* extension_data;
};

/// TOKENBINDING_RESULT_LIST
struct ResultList {
  uint32_t result_count;
  const ResultData* result_data;
};

/// TOKENBINDING_KEY_TYPES
struct KeyTypes {
  uint32_t key_count;
  const uint32_t* key_type;
};

constexpr bool k64Bit = sizeof(void*) == 8;
static_assert(k64Bit || sizeof(void*) == 4);

static_assert(sizeof(ResultData) == (k64Bit ? 32 : 24));
static_assert(offsetof(ResultData, binding_type) == 0);
static_assert(offsetof(ResultData, identifier_size) == 4);
static_assert(offsetof(ResultData, identifier_data) == 8);
static_assert(offsetof(ResultData, extension_format) == (k64Bit ? 16 : 12));
static_assert(offsetof(ResultData, extension_size) == (k64Bit ? 20 : 16));
static_assert(offsetof(ResultData, extension_data) == (k64Bit ? 24 : 20));

static_assert(sizeof(ResultList) == (k64Bit ? 16 : 8));
static_assert(offsetof(ResultList, result_count) == 0);
static_assert(offsetof(ResultList, result_data) == (k64Bit ? 8 : 4));

static_assert(sizeof(KeyTypes) == (k64Bit ? 16 : 8));
static_assert(offsetof(KeyTypes, key_count) == 0);
static_assert(offsetof(KeyTypes, key_type) == (k64Bit ? 8 : 4));

/// SECURITY_STATUS
using Status = int32_t;

using GenerateBinding = Status(TOKENBINDING_CALL*)(uint32_t key_type, const wchar_t* target_url,
                                                   uint32_t binding_type, const void* tls_ekm,
                                                   uint32_t tls_ekm_size, uint32_t extension_format,
                                                   const void* extension_data, void** token_binding,
                                                   uint32_t* token_binding_size,
                                                   ResultData** result_data);
using GenerateMessage = Status(TOKENBINDING_CALL*)(const void* const* token_bindings,
                                                   const uint32_t* token_bindings_size,
                                                   uint32_t token_bindings_count,
                                                   void** token_binding_message,
                                                   uint32_t* token_binding_message_size);
using VerifyMessage = Status(TOKENBINDING_CALL*)(const void* token_binding_message,
                                                 uint32_t token_binding_message_size,
                                                 uint32_t key_type, const void* tls_ekm,
                                                 uint32_t tls_ekm_size, ResultList** result_list);
using GetKeyTypes = Status(TOKENBINDING_CALL*)(KeyTypes** key_types);
using DeleteBinding = Status(TOKENBINDING_CALL*)(const wchar_t* target_url);
using DeleteAllBindings = Status(TOKENBINDING_CALL*)();
using GenerateId = Status(TOKENBINDING_CALL*)(uint32_t key_type, const void* public_key,
                                              uint32_t public_key_size, ResultData** result_data);
using GenerateIdForUri = Status(TOKENBINDING_CALL*)(uint32_t key_type, const wchar_t* target_uri,
                                                    ResultData** result_data);
using GetHighestSupportedVersion = Status(TOKENBINDING_CALL*)(uint8_t* major_version,
                                                              uint8_t* minor_version);

}  // namespace tokenbinding::abi
