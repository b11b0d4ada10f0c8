// Compares native/sspi_abi.h with the sspi.h of the Windows SDK or of MinGW. It is compiled, never
// run.

#define SECURITY_WIN32
#include <windows.h>
// Must follow windows.h.
#include <security.h>

#include "../../native/sspi_abi.h"
#include "sdk_compare.h"

namespace abi = tokenbinding::sspi::abi;

namespace {

SAME_FUNCTION(EnumerateSecurityPackages, EnumerateSecurityPackagesW);
SAME_FUNCTION(QuerySecurityPackageInfo, QuerySecurityPackageInfoW);
SAME_FUNCTION(FreeContextBuffer, FreeContextBuffer);
SAME_FUNCTION(AcquireCredentialsHandle, AcquireCredentialsHandleW);
SAME_FUNCTION(Release, FreeCredentialsHandle);
SAME_FUNCTION(Release, DeleteSecurityContext);
SAME_FUNCTION(InitializeSecurityContext, InitializeSecurityContextW);
SAME_FUNCTION(AcceptSecurityContext, AcceptSecurityContext);
SAME_FUNCTION(CompleteAuthToken, CompleteAuthToken);
SAME_FUNCTION(QueryContextAttributes, QueryContextAttributesW);
SAME_FUNCTION(Protect, MakeSignature);
SAME_FUNCTION(Protect, EncryptMessage);
SAME_FUNCTION(Unprotect, VerifySignature);
SAME_FUNCTION(Unprotect, DecryptMessage);

static_assert(abi::kOk == SEC_E_OK);
static_assert(abi::kContinueNeeded == SEC_I_CONTINUE_NEEDED);
static_assert(abi::kCompleteNeeded == SEC_I_COMPLETE_NEEDED);
static_assert(abi::kCompleteAndContinue == SEC_I_COMPLETE_AND_CONTINUE);
static_assert(abi::kInvalidHandle == SEC_E_INVALID_HANDLE);
static_assert(abi::kToken == SECBUFFER_TOKEN);
static_assert(abi::kStream == SECBUFFER_STREAM);
static_assert(abi::kChannelBindings == SECBUFFER_CHANNEL_BINDINGS);
static_assert(abi::kBufferAttributes == SECBUFFER_ATTRMASK);
static_assert(abi::kNativeData == SECURITY_NATIVE_DREP);
static_assert(abi::kAllocateMemory == ISC_REQ_ALLOCATE_MEMORY);
static_assert(abi::kAllocateMemory == ASC_REQ_ALLOCATE_MEMORY);
static_assert(abi::kUnicode == SEC_WINNT_AUTH_IDENTITY_UNICODE);
static_assert(abi::BufferList().version == SECBUFFER_VERSION);

SAME_SIZE(Handle, SecHandle);
SAME_PLACE(Handle, lower, SecHandle, dwLower);
SAME_PLACE(Handle, upper, SecHandle, dwUpper);
SAME_SIZE(TimeStamp, TimeStamp);

SAME_SIZE(Buffer, SecBuffer);
SAME_PLACE(Buffer, size, SecBuffer, cbBuffer);
SAME_PLACE(Buffer, type, SecBuffer, BufferType);
SAME_PLACE(Buffer, data, SecBuffer, pvBuffer);

SAME_SIZE(BufferList, SecBufferDesc);
SAME_PLACE(BufferList, version, SecBufferDesc, ulVersion);
SAME_PLACE(BufferList, count, SecBufferDesc, cBuffers);
SAME_PLACE(BufferList, buffers, SecBufferDesc, pBuffers);

SAME_SIZE(ChannelBindings, SEC_CHANNEL_BINDINGS);
SAME_PLACE(ChannelBindings, initiator_type, SEC_CHANNEL_BINDINGS, dwInitiatorAddrType);
SAME_PLACE(ChannelBindings, initiator_size, SEC_CHANNEL_BINDINGS, cbInitiatorLength);
SAME_PLACE(ChannelBindings, initiator_offset, SEC_CHANNEL_BINDINGS, dwInitiatorOffset);
SAME_PLACE(ChannelBindings, acceptor_type, SEC_CHANNEL_BINDINGS, dwAcceptorAddrType);
SAME_PLACE(ChannelBindings, acceptor_size, SEC_CHANNEL_BINDINGS, cbAcceptorLength);
SAME_PLACE(ChannelBindings, acceptor_offset, SEC_CHANNEL_BINDINGS, dwAcceptorOffset);
SAME_PLACE(ChannelBindings, application_data_size, SEC_CHANNEL_BINDINGS, cbApplicationDataLength);
SAME_PLACE(ChannelBindings, application_data_offset, SEC_CHANNEL_BINDINGS, dwApplicationDataOffset);

SAME_SIZE(Identity, SEC_WINNT_AUTH_IDENTITY_W);
SAME_PLACE(Identity, user, SEC_WINNT_AUTH_IDENTITY_W, User);
SAME_PLACE(Identity, user_size, SEC_WINNT_AUTH_IDENTITY_W, UserLength);
SAME_PLACE(Identity, domain, SEC_WINNT_AUTH_IDENTITY_W, Domain);
SAME_PLACE(Identity, domain_size, SEC_WINNT_AUTH_IDENTITY_W, DomainLength);
SAME_PLACE(Identity, password, SEC_WINNT_AUTH_IDENTITY_W, Password);
SAME_PLACE(Identity, password_size, SEC_WINNT_AUTH_IDENTITY_W, PasswordLength);
SAME_PLACE(Identity, flags, SEC_WINNT_AUTH_IDENTITY_W, Flags);

SAME_SIZE(PackageInfo, SecPkgInfoW);
SAME_PLACE(PackageInfo, capabilities, SecPkgInfoW, fCapabilities);
SAME_PLACE(PackageInfo, version, SecPkgInfoW, wVersion);
SAME_PLACE(PackageInfo, rpc_id, SecPkgInfoW, wRPCID);
SAME_PLACE(PackageInfo, max_token, SecPkgInfoW, cbMaxToken);
SAME_PLACE(PackageInfo, name, SecPkgInfoW, Name);
SAME_PLACE(PackageInfo, comment, SecPkgInfoW, Comment);

SAME_SIZE(Sizes, SecPkgContext_Sizes);
SAME_PLACE(Sizes, max_token, SecPkgContext_Sizes, cbMaxToken);
SAME_PLACE(Sizes, max_signature, SecPkgContext_Sizes, cbMaxSignature);
SAME_PLACE(Sizes, block_size, SecPkgContext_Sizes, cbBlockSize);
SAME_PLACE(Sizes, security_trailer, SecPkgContext_Sizes, cbSecurityTrailer);

SAME_SIZE(Names, SecPkgContext_NamesW);
SAME_PLACE(Names, user_name, SecPkgContext_NamesW, sUserName);

SAME_SIZE(KeyInfo, SecPkgContext_KeyInfoW);
SAME_PLACE(KeyInfo, signature_algorithm_name, SecPkgContext_KeyInfoW, sSignatureAlgorithmName);
SAME_PLACE(KeyInfo, encrypt_algorithm_name, SecPkgContext_KeyInfoW, sEncryptAlgorithmName);
SAME_PLACE(KeyInfo, key_size, SecPkgContext_KeyInfoW, KeySize);
SAME_PLACE(KeyInfo, signature_algorithm, SecPkgContext_KeyInfoW, SignatureAlgorithm);
SAME_PLACE(KeyInfo, encrypt_algorithm, SecPkgContext_KeyInfoW, EncryptAlgorithm);

SAME_SIZE(SessionKey, SecPkgContext_SessionKey);
SAME_PLACE(SessionKey, size, SecPkgContext_SessionKey, SessionKeyLength);
SAME_PLACE(SessionKey, key, SecPkgContext_SessionKey, SessionKey);

SAME_SIZE(ContextPackageInfo, SecPkgContext_PackageInfoW);
SAME_PLACE(ContextPackageInfo, package, SecPkgContext_PackageInfoW, PackageInfo);

SAME_SIZE(NegotiationInfo, SecPkgContext_NegotiationInfoW);
SAME_PLACE(NegotiationInfo, package, SecPkgContext_NegotiationInfoW, PackageInfo);
SAME_PLACE(NegotiationInfo, state, SecPkgContext_NegotiationInfoW, NegotiationState);

SAME_SIZE(Flags, SecPkgContext_Flags);
SAME_PLACE(Flags, flags, SecPkgContext_Flags, Flags);

static_assert(abi::Sizes::kAttribute == SECPKG_ATTR_SIZES);
static_assert(abi::Names::kAttribute == SECPKG_ATTR_NAMES);
static_assert(abi::KeyInfo::kAttribute == SECPKG_ATTR_KEY_INFO);
static_assert(abi::SessionKey::kAttribute == SECPKG_ATTR_SESSION_KEY);
static_assert(abi::ContextPackageInfo::kAttribute == SECPKG_ATTR_PACKAGE_INFO);
static_assert(abi::NegotiationInfo::kAttribute == SECPKG_ATTR_NEGOTIATION_INFO);
static_assert(abi::Flags::kAttribute == SECPKG_ATTR_FLAGS);

}  // namespace
