#include "sspi_attributes.h"

#include <algorithm>

#include "readable.h"

namespace tokenbinding::sspi {
namespace {

/// Session keys of NTLM have 16 bytes, of Kerberos at most 32, of TLS 48.
constexpr uint32_t kMaxKeySize = 0x1000;

/// The sizes of Kerberos are below 100.
constexpr uint32_t kMaxPartSize = 0x10000;

Fault Check(const abi::Sizes& sizes) {
  Fault fault = CheckAtMost("cbMaxSignature", sizes.max_signature, kMaxPartSize);
  if (!fault) fault = CheckAtMost("cbSecurityTrailer", sizes.security_trailer, kMaxPartSize);
  if (!fault) fault = CheckAtMost("cbBlockSize", sizes.block_size, kMaxPartSize);
  return fault;
}

Fault Check(const abi::SessionKey& key) {
  Fault fault = CheckAtMost("SessionKeyLength", key.size, kMaxKeySize);
  if (fault) return fault;
  if (IsReadable(key.key, key.size)) return std::nullopt;
  return "SessionKeyLength is " + std::to_string(key.size) + ", but SessionKey " +
         (key.key == nullptr ? "is NULL" : "cannot be read");
}

/// Both names are optional: Windows' page on SecPkgContext_KeyInfo has them `if available`.
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

/// Adopts the memory of an attribute.
ContextBuffer Adopt(const Context& context, void* memory) {
  return {memory, context.Functions().free_context_buffer};
}

}  // namespace

Answer<Sizes> QuerySizes(Context& context) {
  Sizes values;
  const abi::Status status = context.Query(values);
  return FromStatus<Sizes>(status, [&](Sizes& sizes) {
    sizes = values;
    return Check(values);
  });
}

Answer<std::wstring> QueryNames(Context& context) {
  abi::Names names;
  const abi::Status status = context.Query(names);
  const ContextBuffer memory = Adopt(context, names.user_name);
  return FromStatus<std::wstring>(
      status, [&](auto& name) { return CopyText("sUserName", names.user_name, name); });
}

Answer<KeyInfo> QueryKeyInfo(Context& context) {
  abi::KeyInfo info;
  const abi::Status status = context.Query(info);
  const ContextBuffer signature = Adopt(context, info.signature_algorithm_name);
  // The DLL may return the same block for both results; it must be freed once.
  const bool same_block = info.signature_algorithm_name == info.encrypt_algorithm_name;
  const ContextBuffer encrypt = Adopt(context, same_block ? nullptr : info.encrypt_algorithm_name);
  return FromStatus<KeyInfo>(status, [&](KeyInfo& copy) { return Copy(info, copy); });
}

Answer<Secret<uint8_t>> QuerySessionKey(Context& context) {
  abi::SessionKey key;
  const abi::Status status = context.Query(key);
  const ContextBuffer memory = Adopt(context, key.key);
  return FromStatus<Secret<uint8_t>>(status, [&](Secret<uint8_t>& copy) {
    Fault fault = Check(key);
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
  const ContextBuffer memory = Adopt(context, info.package);
  return FromStatus<PackageInfo>(status,
                                 [&](auto& package) { return CopyPackage(info.package, package); });
}

Answer<NegotiationInfo> QueryNegotiationInfo(Context& context) {
  abi::NegotiationInfo info;
  const abi::Status status = context.Query(info);
  const ContextBuffer memory = Adopt(context, info.package);
  return FromStatus<NegotiationInfo>(status, [&](NegotiationInfo& negotiation) {
    negotiation.state = info.state;
    return CopyPackage(info.package, negotiation.package);
  });
}

Answer<uint32_t> QueryFlags(Context& context) {
  abi::Flags flags;
  const abi::Status status = context.Query(flags);
  return FromStatusAndValue(status, flags.flags);
}

}  // namespace tokenbinding::sspi
