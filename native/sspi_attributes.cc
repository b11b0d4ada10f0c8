#include "sspi_attributes.h"

#include <algorithm>

#include "readable.h"

namespace tokenbinding::sspi {
namespace {

/// Those of NTLM have 16 bytes, of Kerberos 32 at most, of TLS 48.
constexpr uint32_t kLongestKey = 0x1000;

/// Those of Kerberos are below 100.
constexpr uint32_t kLargestPart = 0x10000;

const char* FaultOf(const Sizes& sizes) {
  if (sizes.max_signature > kLargestPart) return "cbMaxSignature is too large";
  if (sizes.security_trailer > kLargestPart) return "cbSecurityTrailer is too large";
  if (sizes.block_size > kLargestPart) return "cbBlockSize is too large";
  return nullptr;
}

const char* FaultOf(const abi::SessionKey& key) {
  if (key.size > kLongestKey) return "SessionKeyLength is too large";
  if (!IsReadable(key.key, key.size)) return "it gave no session key";
  return nullptr;
}

const char* Copy(const abi::KeyInfo& info, KeyInfo& copy) {
  copy.key_size = info.key_size;
  copy.signature_algorithm = info.signature_algorithm;
  copy.encrypt_algorithm = info.encrypt_algorithm;
  const char* const fault = CopyText(info.signature_algorithm_name, copy.signature_algorithm_name);
  if (fault != nullptr) return fault;
  return CopyText(info.encrypt_algorithm_name, copy.encrypt_algorithm_name);
}

}  // namespace

Answer<Sizes> QuerySizes(Context& context) {
  Sizes sizes;
  auto answer = Answered<Sizes>(context.Query(sizes));
  if (answer.Succeeded()) answer.fault = FaultOf(sizes);
  answer.value = sizes;
  return answer;
}

Answer<std::wstring> QueryNames(Context& context) {
  abi::Names names;
  auto answer = Answered<std::wstring>(context.Query(names));
  const ContextBuffer memory(context.Functions(), names.user_name);
  if (answer.Succeeded()) answer.fault = CopyText(names.user_name, answer.value);
  return answer;
}

Answer<KeyInfo> QueryKeyInfo(Context& context) {
  abi::KeyInfo info;
  auto answer = Answered<KeyInfo>(context.Query(info));
  const ContextBuffer signature(context.Functions(), info.signature_algorithm_name);
  // One block given twice must not be freed twice.
  const bool twice = info.signature_algorithm_name == info.encrypt_algorithm_name;
  const ContextBuffer encrypt(context.Functions(), twice ? nullptr : info.encrypt_algorithm_name);
  if (answer.Succeeded()) answer.fault = Copy(info, answer.value);
  return answer;
}

Answer<Secret<uint8_t>> QuerySessionKey(Context& context) {
  abi::SessionKey key;
  auto answer = Answered<Secret<uint8_t>>(context.Query(key));
  const ContextBuffer memory(context.Functions(), key.key);
  if (!answer.Succeeded()) return answer;
  answer.fault = FaultOf(key);
  if (answer.fault != nullptr) return answer;
  answer.value = Secret<uint8_t>(key.size);
  std::copy(key.key, key.key + key.size, answer.value.Data());
  Overwrite(key.key, key.size);
  return answer;
}

Answer<PackageInfo> QueryPackageInfo(Context& context) {
  abi::ContextPackageInfo info;
  auto answer = Answered<PackageInfo>(context.Query(info));
  const ContextBuffer memory(context.Functions(), info.package);
  if (answer.Succeeded()) answer.fault = CopyPackage(info.package, answer.value);
  return answer;
}

Answer<NegotiationInfo> QueryNegotiationInfo(Context& context) {
  abi::NegotiationInfo info;
  auto answer = Answered<NegotiationInfo>(context.Query(info));
  const ContextBuffer memory(context.Functions(), info.package);
  answer.value.state = info.state;
  if (answer.Succeeded()) answer.fault = CopyPackage(info.package, answer.value.package);
  return answer;
}

Answer<uint32_t> QueryFlags(Context& context) {
  abi::Flags flags;
  auto answer = Answered<uint32_t>(context.Query(flags));
  answer.value = flags.flags;
  return answer;
}

}  // namespace tokenbinding::sspi
