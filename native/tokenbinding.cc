#include "tokenbinding.h"

#include "process_heap.h"
#include "results.h"

namespace tokenbinding {
namespace {

/// Never nullptr: an empty input is still an argument.
const void* Pointer(const Bytes& bytes) {
  static constexpr uint8_t kNone = 0;
  return bytes.empty() ? &kNone : bytes.data();
}

uint32_t Size(const Bytes& bytes) { return static_cast<uint32_t>(bytes.size()); }

Answer<std::vector<uint32_t>> GetKeyTypes(abi::GetKeyTypes get_key_types) {
  abi::KeyTypes* memory = nullptr;
  const abi::Status status = get_key_types(&memory);
  const ProcessHeapBlock block(memory);
  return FromStatus<std::vector<uint32_t>>(
      status, [&](auto& key_types) { return CopyKeyTypes(block, key_types); });
}

}  // namespace

Answer<GeneratedBinding> GenerateBinding(const Api& api, uint32_t key_type,
                                         const std::wstring& target_url, uint32_t binding_type,
                                         const Bytes& ekm, const Extension& extension) {
  void* binding_memory = nullptr;
  uint32_t size = 0;
  abi::ResultData* result_memory = nullptr;
  const abi::Status status = api.generate_binding(
      key_type, target_url.c_str(), binding_type, Pointer(ekm), Size(ekm), extension.format,
      extension.data.empty() ? nullptr : extension.data.data(), &binding_memory, &size,
      &result_memory);
  const ProcessHeapBlock token_binding(binding_memory);
  // The DLL may return the same block for both results; it must be freed once.
  const bool same_block = static_cast<const void*>(result_memory) == binding_memory;
  const ProcessHeapBlock result(same_block ? nullptr : result_memory);
  return FromStatus<GeneratedBinding>(status, [&](GeneratedBinding& binding) {
    Fault fault = CopyBytes(token_binding, size, binding.token_binding);
    if (!fault) fault = CopyResult(result, binding.result);
    return fault;
  });
}

Answer<Bytes> GenerateMessage(const Api& api, const std::vector<Bytes>& token_bindings) {
  std::vector<const void*> pointers;
  std::vector<uint32_t> sizes;
  for (const Bytes& token_binding : token_bindings) {
    pointers.push_back(Pointer(token_binding));
    sizes.push_back(Size(token_binding));
  }
  void* memory = nullptr;
  uint32_t size = 0;
  const abi::Status status = api.generate_message(
      pointers.data(), sizes.data(), static_cast<uint32_t>(token_bindings.size()), &memory, &size);
  const ProcessHeapBlock block(memory);
  return FromStatus<Bytes>(status, [&](Bytes& message) { return CopyBytes(block, size, message); });
}

Answer<std::vector<Result>> VerifyMessage(const Api& api, const Bytes& message, uint32_t key_type,
                                          const Bytes& ekm) {
  abi::ResultList* memory = nullptr;
  const abi::Status status = api.verify_message(Pointer(message), Size(message), key_type,
                                                Pointer(ekm), Size(ekm), &memory);
  const ProcessHeapBlock block(memory);
  return FromStatus<std::vector<Result>>(
      status, [&](auto& results) { return CopyResults(block, message.size(), results); });
}

Answer<std::vector<uint32_t>> GetKeyTypesClient(const Api& api) {
  return GetKeyTypes(api.get_key_types_client);
}

Answer<std::vector<uint32_t>> GetKeyTypesServer(const Api& api) {
  return GetKeyTypes(api.get_key_types_server);
}

Answer<Unit> DeleteBinding(const Api& api, const std::wstring& target_url) {
  return FromStatusAndValue(api.delete_binding(target_url.c_str()), Unit());
}

Answer<Unit> DeleteAllBindings(const Api& api) {
  return FromStatusAndValue(api.delete_all_bindings(), Unit());
}

Answer<Result> GenerateId(const Api& api, uint32_t key_type, const Bytes& public_key) {
  abi::ResultData* memory = nullptr;
  const abi::Status status =
      api.generate_id(key_type, Pointer(public_key), Size(public_key), &memory);
  const ProcessHeapBlock block(memory);
  return FromStatus<Result>(status, [&](Result& result) { return CopyResult(block, result); });
}

Answer<Result> GenerateIdForUri(const Api& api, uint32_t key_type, const std::wstring& target_uri) {
  abi::ResultData* memory = nullptr;
  const abi::Status status = api.generate_id_for_uri(key_type, target_uri.c_str(), &memory);
  const ProcessHeapBlock block(memory);
  return FromStatus<Result>(status, [&](Result& result) { return CopyResult(block, result); });
}

Answer<Version> GetHighestSupportedVersion(const Api& api) {
  Version version;
  const abi::Status status = api.get_highest_supported_version(&version.major, &version.minor);
  return FromStatusAndValue(status, version);
}

}  // namespace tokenbinding
