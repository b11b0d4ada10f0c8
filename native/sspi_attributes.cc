#include "sspi_attributes.h"

#include <algorithm>

#include "readable.h"

namespace tokenbinding::sspi {
namespace {

/// Those of NTLM have 16 bytes, of Kerberos 32 at most, of TLS 48.
constexpr uint32_t kLongestKey = 0x1000;

/// Those of Kerberos are below 100.
constexpr uint32_t kLargestPart = 0x10000;

Fault FaultOf(const abi::Sizes& sizes) {
  Fault fault = FaultAbove("cbMaxSignature", sizes.max_signature, kLargestPart);
  if (!fault) fault = FaultAbove("cbSecurityTrailer", sizes.security_trailer, kLargestPart);
  if (!fault) fault = FaultAbove("cbBlockSize", sizes.block_size, kLargestPart);
  return fault;
}

Fault FaultOf(const abi::SessionKey& key) {
  Fault fault = FaultAbove("SessionKeyLength", key.size, kLongestKey);
  if (fault) return fault;
  if (IsReadable(key.key, key.size)) return std::nullopt;
  return "SessionKeyLength is " + std::to_string(key.size) + ", and SessionKey " +
         (key.key == nullptr ? "is NULL" : "cannot be read");
}

/// Windows' page has the names `if available`.
Fault Copy(const abi::KeyInfo& info, KeyInfo& copy) {
  copy.key_size = info.key_size;
  copy.signature_algorithm = info.signature_algorithm;
  copy.encrypt_algorithm = info.encrypt_algorithm;
  Fault fault = CopyOptionalText("sSignatureAlgorithmName", info.signature_algorithm_name,
                                 copy.signature_algorithm_name);
  if (!fault) {
    fault = CopyOptionalText("sEncryptAlgorithmName", info.encrypt_algorithm_name,
                             copy.encrypt_algorithm_name);
  }
  return fault;
}

/// Memory that an attribute came with.
ContextBuffer Owned(const Context& context, void* memory) {
  return {memory, context.Functions().free_context_buffer};
}

}  // namespace

Answer<Sizes> QuerySizes(Context& context) {
  Sizes told;
  const abi::Status status = context.Query(told);
  return Answered<Sizes>(status, [&](Sizes& sizes) {
    sizes = told;
    return FaultOf(told);
  });
}

Answer<std::wstring> QueryNames(Context& context) {
  abi::Names names;
  const abi::Status status = context.Query(names);
  const ContextBuffer memory = Owned(context, names.user_name);
  return Answered<std::wstring>(
      status, [&](auto& name) { return CopyText("sUserName", names.user_name, name); });
}

Answer<KeyInfo> QueryKeyInfo(Context& context) {
  abi::KeyInfo info;
  const abi::Status status = context.Query(info);
  const ContextBuffer signature = Owned(context, info.signature_algorithm_name);
  // One block given twice must not be freed twice.
  const bool twice = info.signature_algorithm_name == info.encrypt_algorithm_name;
  const ContextBuffer encrypt = Owned(context, twice ? nullptr : info.encrypt_algorithm_name);
  return Answered<KeyInfo>(status, [&](KeyInfo& copy) { return Copy(info, copy); });
}

Answer<Secret<uint8_t>> QuerySessionKey(Context& context) {
  abi::SessionKey key;
  const abi::Status status = context.Query(key);
  const ContextBuffer memory = Owned(context, key.key);
  return Answered<Secret<uint8_t>>(status, [&](Secret<uint8_t>& copy) {
    Fault fault = FaultOf(key);
    if (fault) return fault;
    copy = Secret<uint8_t>(key.size);
    std::copy(key.key, key.key + key.size, copy.Data());
    Overwrite(key.key, key.size);
    return Fault();
  });
}

Answer<PackageInfo> QueryPackageInfo(Context& context) {
  abi::ContextPackageInfo info;
  const abi::Status status = context.Query(info);
  const ContextBuffer memory = Owned(context, info.package);
  return Answered<PackageInfo>(status,
                               [&](auto& package) { return CopyPackage(info.package, package); });
}

Answer<NegotiationInfo> QueryNegotiationInfo(Context& context) {
  abi::NegotiationInfo info;
  const abi::Status status = context.Query(info);
  const ContextBuffer memory = Owned(context, info.package);
  return Answered<NegotiationInfo>(status, [&](NegotiationInfo& negotiation) {
    negotiation.state = info.state;
    return CopyPackage(info.package, negotiation.package);
  });
}

Answer<uint32_t> QueryFlags(Context& context) {
  abi::Flags flags;
  const abi::Status status = context.Query(flags);
  return AnsweredWith(status, flags.flags);
}

}  // namespace tokenbinding::sspi
