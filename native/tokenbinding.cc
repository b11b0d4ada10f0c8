#include "tokenbinding.h"

#include "process_heap.h"
#include "results.h"

namespace tokenbinding {
namespace {

/// Never nullptr: no bytes are not the same to the DLL as no argument.
const void* Pointer(const Bytes& bytes) {
  static constexpr uint8_t kNone = 0;
  return bytes.empty() ? &kNone : bytes.data();
}

uint32_t Size(const Bytes& bytes) { return static_cast<uint32_t>(bytes.size()); }

Answer<std::vector<uint32_t>> KeyTypesOf(abi::GetKeyTypes get_key_types) {
  abi::KeyTypes* memory = nullptr;
  auto answer = Answered<std::vector<uint32_t>>(get_key_types(&memory));
  const ProcessHeapBlock key_types(memory);
  if (answer.Succeeded()) answer.fault = CopyKeyTypes(key_types, answer.value);
  return answer;
}

}  // namespace

Answer<GeneratedBinding> GenerateBinding(const Api& api, uint32_t key_type,
                                         const std::wstring& target_url, uint32_t binding_type,
                                         const Bytes& ekm, const Extension& extension) {
  void* binding_memory = nullptr;
  uint32_t size = 0;
  abi::ResultData* result_memory = nullptr;
  auto answer = Answered<GeneratedBinding>(api.generate_binding(
      key_type, target_url.c_str(), binding_type, Pointer(ekm), Size(ekm), extension.format,
      extension.data.empty() ? nullptr : extension.data.data(), &binding_memory, &size,
      &result_memory));
  const ProcessHeapBlock token_binding(binding_memory);
  // One block given twice must not be freed twice.
  const bool twice = static_cast<const void*>(result_memory) == binding_memory;
  const ProcessHeapBlock result(twice ? nullptr : result_memory);
  if (!answer.Succeeded()) return answer;
  answer.fault = CopyBytes(token_binding, size, answer.value.token_binding);
  if (answer.fault == nullptr) answer.fault = CopyResult(result, answer.value.result);
  return answer;
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
  auto answer = Answered<Bytes>(api.generate_message(
      pointers.data(), sizes.data(), static_cast<uint32_t>(token_bindings.size()), &memory, &size));
  const ProcessHeapBlock message(memory);
  if (answer.Succeeded()) answer.fault = CopyBytes(message, size, answer.value);
  return answer;
}

Answer<std::vector<Result>> VerifyMessage(const Api& api, const Bytes& message, uint32_t key_type,
                                          const Bytes& ekm) {
  abi::ResultList* memory = nullptr;
  auto answer = Answered<std::vector<Result>>(api.verify_message(
      Pointer(message), Size(message), key_type, Pointer(ekm), Size(ekm), &memory));
  const ProcessHeapBlock results(memory);
  if (answer.Succeeded()) answer.fault = CopyResults(results, message.size(), answer.value);
  return answer;
}

Answer<std::vector<uint32_t>> GetKeyTypesClient(const Api& api) {
  return KeyTypesOf(api.get_key_types_client);
}

Answer<std::vector<uint32_t>> GetKeyTypesServer(const Api& api) {
  return KeyTypesOf(api.get_key_types_server);
}

Answer<Nothing> DeleteBinding(const Api& api, const std::wstring& target_url) {
  return Answered<Nothing>(api.delete_binding(target_url.c_str()));
}

Answer<Nothing> DeleteAllBindings(const Api& api) {
  return Answered<Nothing>(api.delete_all_bindings());
}

Answer<Result> GenerateId(const Api& api, uint32_t key_type, const Bytes& public_key) {
  abi::ResultData* memory = nullptr;
  auto answer =
      Answered<Result>(api.generate_id(key_type, Pointer(public_key), Size(public_key), &memory));
  const ProcessHeapBlock result(memory);
  if (answer.Succeeded()) answer.fault = CopyResult(result, answer.value);
  return answer;
}

Answer<Result> GenerateIdForUri(const Api& api, uint32_t key_type, const std::wstring& target_uri) {
  abi::ResultData* memory = nullptr;
  auto answer = Answered<Result>(api.generate_id_for_uri(key_type, target_uri.c_str(), &memory));
  const ProcessHeapBlock result(memory);
  if (answer.Succeeded()) answer.fault = CopyResult(result, answer.value);
  return answer;
}

Answer<Version> GetHighestSupportedVersion(const Api& api) {
  Version version;
  auto answer =
      Answered<Version>(api.get_highest_supported_version(&version.major, &version.minor));
  answer.value = version;
  return answer;
}

}  // namespace tokenbinding
