#pragma once

#include <cstddef>
#include <cstdint>

#include "library.h"

#ifdef _WIN32
#define SSPI_CALL __stdcall
#else
#define SSPI_CALL
#endif

/// The ABI of secur32.dll as sspi.h of the Windows SDK declares it, with the functions for UTF-16.
/// It is declared here so that the OS layer compiles without the SDK and runs under sanitizers on
/// Linux.
namespace tokenbinding::sspi::abi {

/// SECURITY_STATUS
using Status = int32_t;

constexpr Status kOk = 0;
constexpr Status kContinueNeeded = 0x00090312;
constexpr Status kCompleteNeeded = 0x00090313;
constexpr Status kCompleteAndContinue = 0x00090314;
/// SEC_E_INVALID_HANDLE, 0x80090301
constexpr Status kInvalidHandle = -0x7ff6fcff;

/// CredHandle, CtxtHandle; initially the value that SecInvalidateHandle sets.
struct Handle {
  uintptr_t lower = UINTPTR_MAX;
  uintptr_t upper = UINTPTR_MAX;
};

/// TimeStamp
struct TimeStamp {
  int64_t time = 0;
};

/// SecBuffer
struct Buffer {
  uint32_t size = 0;
  uint32_t type = 0;
  void* data = nullptr;
};

/// SecBufferDesc
struct BufferList {
  /// SECBUFFER_VERSION
  uint32_t version = 0;
  uint32_t count = 0;
  Buffer* buffers = nullptr;
};

/// SECBUFFER_TOKEN, SECBUFFER_STREAM, SECBUFFER_CHANNEL_BINDINGS
constexpr uint32_t kToken = 2;
constexpr uint32_t kStream = 10;
constexpr uint32_t kChannelBindings = 14;
/// SECBUFFER_ATTRMASK
constexpr uint32_t kBufferAttributes = 0xf0000000;

/// SEC_CHANNEL_BINDINGS; the sizes and offsets of the data that follows it.
struct ChannelBindings {
  uint32_t initiator_type = 0;
  uint32_t initiator_size = 0;
  uint32_t initiator_offset = 0;
  uint32_t acceptor_type = 0;
  uint32_t acceptor_size = 0;
  uint32_t acceptor_offset = 0;
  uint32_t application_data_size = 0;
  uint32_t application_data_offset = 0;
};

/// SECURITY_NATIVE_DREP
constexpr uint32_t kNativeData = 0x10;

/// ISC_REQ_ALLOCATE_MEMORY, ASC_REQ_ALLOCATE_MEMORY
constexpr uint32_t kAllocateMemory = 0x100;

/// SEC_WINNT_AUTH_IDENTITY_W; sizes in UTF-16 units.
struct Identity {
  const char16_t* user = nullptr;
  uint32_t user_size = 0;
  const char16_t* domain = nullptr;
  uint32_t domain_size = 0;
  const char16_t* password = nullptr;
  uint32_t password_size = 0;
  uint32_t flags = 0;
};

/// SEC_WINNT_AUTH_IDENTITY_UNICODE
constexpr uint32_t kUnicode = 2;

/// SecPkgInfoW
struct PackageInfo {
  uint32_t capabilities = 0;
  uint16_t version = 0;
  uint16_t rpc_id = 0;
  uint32_t max_token = 0;
  const wchar_t* name = nullptr;
  const wchar_t* comment = nullptr;
};

/// The structures that QueryContextAttributes fills, each with its SECPKG_ATTR_ number.
struct Sizes {
  static constexpr uint32_t kAttribute = 0;
  uint32_t max_token = 0;
  uint32_t max_signature = 0;
  uint32_t block_size = 0;
  uint32_t security_trailer = 0;
};

struct Names {
  static constexpr uint32_t kAttribute = 1;
  wchar_t* user_name = nullptr;
};

struct KeyInfo {
  static constexpr uint32_t kAttribute = 5;
  wchar_t* signature_algorithm_name = nullptr;
  wchar_t* encrypt_algorithm_name = nullptr;
  uint32_t key_size = 0;
  uint32_t signature_algorithm = 0;
  uint32_t encrypt_algorithm = 0;
};

struct SessionKey {
  static constexpr uint32_t kAttribute = 9;
  uint32_t size = 0;
  uint8_t* key = nullptr;
};

struct ContextPackageInfo {
  static constexpr uint32_t kAttribute = 10;
  PackageInfo* package = nullptr;
};

struct NegotiationInfo {
  static constexpr uint32_t kAttribute = 12;
  PackageInfo* package = nullptr;
  uint32_t state = 0;
};

struct Flags {
  static constexpr uint32_t kAttribute = 14;
  uint32_t flags = 0;
};

constexpr bool k64Bit = sizeof(void*) == 8;
static_assert(k64Bit || sizeof(void*) == 4);

static_assert(sizeof(Handle) == (k64Bit ? 16 : 8));
static_assert(sizeof(TimeStamp) == 8);
static_assert(sizeof(Buffer) == (k64Bit ? 16 : 12) && offsetof(Buffer, data) == 8);
static_assert(sizeof(BufferList) == (k64Bit ? 16 : 12) && offsetof(BufferList, buffers) == 8);
static_assert(sizeof(ChannelBindings) == 32);
static_assert(sizeof(Identity) == (k64Bit ? 48 : 28));
static_assert(offsetof(Identity, domain) == (k64Bit ? 16 : 8));
static_assert(offsetof(Identity, flags) == (k64Bit ? 44 : 24));
static_assert(sizeof(PackageInfo) == (k64Bit ? 32 : 20));
static_assert(offsetof(PackageInfo, name) == (k64Bit ? 16 : 12));
static_assert(sizeof(Sizes) == 16);
static_assert(sizeof(KeyInfo) == (k64Bit ? 32 : 20));
static_assert(sizeof(SessionKey) == (k64Bit ? 16 : 8));
static_assert(sizeof(NegotiationInfo) == (k64Bit ? 16 : 8));

using EnumerateSecurityPackages = Status(SSPI_CALL*)(uint32_t* count, PackageInfo** packages);
using QuerySecurityPackageInfo = Status(SSPI_CALL*)(const wchar_t* name, PackageInfo** package);
using FreeContextBuffer = Status(SSPI_CALL*)(void* memory);
using AcquireCredentialsHandle = Status(SSPI_CALL*)(const wchar_t* principal,
                                                    const wchar_t* package, uint32_t use,
                                                    void* logon_id, const Identity* identity,
                                                    AnyFunction get_key, void* get_key_argument,
                                                    Handle* credentials, TimeStamp* expiry);
using InitializeSecurityContext = Status(SSPI_CALL*)(
    Handle* credentials, Handle* context, const wchar_t* target, uint32_t requirements,
    uint32_t reserved1, uint32_t data_representation, BufferList* input, uint32_t reserved2,
    Handle* new_context, BufferList* output, uint32_t* attributes, TimeStamp* expiry);
using AcceptSecurityContext = Status(SSPI_CALL*)(Handle* credentials, Handle* context,
                                                 BufferList* input, uint32_t requirements,
                                                 uint32_t data_representation, Handle* new_context,
                                                 BufferList* output, uint32_t* attributes,
                                                 TimeStamp* expiry);
using CompleteAuthToken = Status(SSPI_CALL*)(Handle* context, BufferList* token);
/// FreeCredentialsHandle, DeleteSecurityContext
using Release = Status(SSPI_CALL*)(Handle* handle);
using QueryContextAttributes = Status(SSPI_CALL*)(Handle* context, uint32_t attribute,
                                                  void* values);
/// MakeSignature, EncryptMessage
using Protect = Status(SSPI_CALL*)(Handle* context, uint32_t qop, BufferList* message,
                                   uint32_t sequence);
/// VerifySignature, DecryptMessage
using Unprotect = Status(SSPI_CALL*)(Handle* context, BufferList* message, uint32_t sequence,
                                     uint32_t* qop);

}  // namespace tokenbinding::sspi::abi
