#include "results.h"

namespace tokenbinding {
namespace {

/// RFC 8471 3: both vectors have a length of 16 bits.
constexpr size_t kLargestMessage = 2 + 0xffff;
constexpr size_t kLargestExtensions = 0xffff;
/// key_parameters and key_length.
constexpr size_t kIdentifierHead = 3;
/// What a TokenBinding has beside its TokenBindingID and the content of its extensions:
/// tokenbinding_type, a signature of at least 64 bytes and two lengths.
constexpr size_t kSmallestRest = 1 + 2 + 64 + 2;
/// There is an octet to name a key type.
constexpr uint32_t kMostKeyTypes = 256;

const char* FaultOfIdentifier(const ProcessHeapBlock& block, const abi::ResultData& data) {
  const uint8_t* const identifier = data.identifier_data;
  if (data.identifier_size < kIdentifierHead) return "identifierSize is too small";
  if (!block.MayHold(identifier, kIdentifierHead)) return "identifierData is not in its memory";
  const size_t key_length = static_cast<size_t>(identifier[1]) << 8 | identifier[2];
  if (data.identifier_size != kIdentifierHead + key_length) {
    return "identifierSize is not the size of the TokenBindingID";
  }
  if (!block.MayHold(identifier, data.identifier_size)) return "identifierData leaves its memory";
  return nullptr;
}

const char* FaultOf(const ProcessHeapBlock& block, const abi::ResultData& data) {
  if (data.binding_type > 0xff) return "bindingType is not an octet";
  const char* const fault = FaultOfIdentifier(block, data);
  if (fault != nullptr || data.extension_size == 0) return fault;
  if (data.extension_size > kLargestExtensions) return "extensionSize is too large";
  if (!block.MayHold(data.extension_data, data.extension_size)) {
    return "extensionData is not in its memory";
  }
  return nullptr;
}

Bytes Copy(const uint8_t* start, size_t size) {
  return size == 0 ? Bytes() : Bytes(start, start + size);
}

Result Copy(const abi::ResultData& data) {
  return {data.binding_type, Copy(data.identifier_data, data.identifier_size),
          Copy(data.extension_data, data.extension_size)};
}

}  // namespace

const char* CopyBytes(const ProcessHeapBlock& block, uint32_t size, Bytes& bytes) {
  if (size == 0 || size > kLargestMessage) return "its size cannot be";
  const char* const fault = block.FaultBelow(size);
  if (fault != nullptr) return fault;
  bytes = Copy(block.Data(), size);
  return nullptr;
}

const char* CopyResult(const ProcessHeapBlock& block, Result& result) {
  const char* fault = block.FaultBelow(sizeof(abi::ResultData));
  if (fault != nullptr) return fault;
  const auto& data = block.As<abi::ResultData>();
  fault = FaultOf(block, data);
  if (fault != nullptr) return fault;
  result = Copy(data);
  return nullptr;
}

const char* CopyKeyTypes(const ProcessHeapBlock& block, std::vector<uint32_t>& key_types) {
  const char* const fault = block.FaultBelow(sizeof(abi::KeyTypes));
  if (fault != nullptr) return fault;
  const auto& list = block.As<abi::KeyTypes>();
  if (list.key_count == 0) return nullptr;
  if (list.key_count > kMostKeyTypes) return "keyCount is too large";
  if (!block.MayHold(list.key_type, list.key_count * sizeof(uint32_t))) {
    return "keyType is not in its memory";
  }
  key_types.assign(list.key_type, list.key_type + list.key_count);
  return nullptr;
}

const char* CopyResults(const ProcessHeapBlock& block, size_t message_size,
                        std::vector<Result>& results) {
  const char* fault = block.FaultBelow(sizeof(abi::ResultList));
  if (fault != nullptr) return fault;
  const auto& list = block.As<abi::ResultList>();
  if (list.result_count == 0) return "it verified no binding";
  // Their size fits into 32 bits then.
  if (list.result_count > message_size / kSmallestRest) return "resultCount is too large";
  if (!block.MayHold(list.result_data, list.result_count * sizeof(abi::ResultData))) {
    return "resultData is not in its memory";
  }
  size_t told = 0;
  results.reserve(list.result_count);
  for (uint32_t index = 0; index < list.result_count; index++) {
    const abi::ResultData& data = list.result_data[index];
    fault = FaultOf(block, data);
    if (fault != nullptr) return fault;
    told += kSmallestRest + data.identifier_size + data.extension_size;
    if (told > message_size) return "the results hold more than the message";
    results.push_back(Copy(data));
  }
  return nullptr;
}

}  // namespace tokenbinding
