#include "results.h"

#include <string>

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
constexpr size_t kMostKeyTypes = 256;

using std::to_string;

/// That `count` entries of an array are not where the DLL says, or none.
Fault FaultOfArray(const ProcessHeapBlock& block, const char* name, const void* array, size_t count,
                   size_t entry_size) {
  if (block.MayHold(array, count * entry_size)) return std::nullopt;
  return std::string(name) + " with " + to_string(count) + " entries of " + to_string(entry_size) +
         " bytes is not in its memory: " + block.Place(array) + " of " + to_string(block.Size()) +
         " bytes";
}

Fault FaultOfIdentifier(const ProcessHeapBlock& block, const abi::ResultData& data) {
  const uint8_t* const identifier = data.identifier_data;
  if (data.identifier_size < kIdentifierHead) return "identifierSize is too small";
  if (!block.MayHold(identifier, kIdentifierHead)) return "identifierData is not in its memory";
  const size_t key_length = static_cast<size_t>(identifier[1]) << 8 | identifier[2];
  if (data.identifier_size != kIdentifierHead + key_length) {
    return "identifierSize is not the size of a TokenBindingID that begins with " +
           Hex(identifier, kIdentifierHead);
  }
  if (!block.MayHold(identifier, data.identifier_size)) return "identifierData leaves its memory";
  return std::nullopt;
}

Fault FaultOfFields(const ProcessHeapBlock& block, const abi::ResultData& data) {
  if (data.binding_type > 0xff) return "bindingType is not an octet";
  Fault fault = FaultOfIdentifier(block, data);
  if (fault || data.extension_size == 0) return fault;
  if (data.extension_size > kLargestExtensions) return "extensionSize is too large";
  if (!block.MayHold(data.extension_data, data.extension_size)) {
    return "extensionData is not in its memory";
  }
  return std::nullopt;
}

Fault FaultOf(const ProcessHeapBlock& block, const abi::ResultData& data) {
  const Fault fault = FaultOfFields(block, data);
  if (!fault) return std::nullopt;
  return *fault + " (bindingType " + to_string(data.binding_type) + ", identifierSize " +
         to_string(data.identifier_size) + ", identifierData " + block.Place(data.identifier_data) +
         ", extensionFormat " + to_string(data.extension_format) + ", extensionSize " +
         to_string(data.extension_size) + ", extensionData " + block.Place(data.extension_data) +
         "; the block has " + to_string(block.Size()) + " bytes)";
}

Bytes Copy(const uint8_t* start, size_t size) {
  return size == 0 ? Bytes() : Bytes(start, start + size);
}

Result Copy(const abi::ResultData& data) {
  return {data.binding_type, Copy(data.identifier_data, data.identifier_size),
          Copy(data.extension_data, data.extension_size)};
}

}  // namespace

Fault CopyBytes(const ProcessHeapBlock& block, uint32_t size, Bytes& bytes) {
  if (size == 0) return "its size is 0";
  Fault fault = FaultAbove("its size", size, kLargestMessage);
  if (!fault) fault = block.FaultBelow(size);
  if (!fault) bytes = Copy(block.Data(), size);
  return fault;
}

Fault CopyResult(const ProcessHeapBlock& block, Result& result) {
  Fault fault = block.FaultBelow(sizeof(abi::ResultData));
  if (fault) return fault;
  const auto& data = block.As<abi::ResultData>();
  fault = FaultOf(block, data);
  if (!fault) result = Copy(data);
  return fault;
}

Fault CopyKeyTypes(const ProcessHeapBlock& block, std::vector<uint32_t>& key_types) {
  Fault fault = block.FaultBelow(sizeof(abi::KeyTypes));
  if (fault) return fault;
  const auto& list = block.As<abi::KeyTypes>();
  if (list.key_count == 0) return std::nullopt;
  fault = FaultAbove("keyCount", list.key_count, kMostKeyTypes);
  if (!fault) {
    fault = FaultOfArray(block, "keyType", list.key_type, list.key_count, sizeof(uint32_t));
  }
  if (!fault) key_types.assign(list.key_type, list.key_type + list.key_count);
  return fault;
}

Fault CopyResults(const ProcessHeapBlock& block, size_t message_size,
                  std::vector<Result>& results) {
  Fault fault = block.FaultBelow(sizeof(abi::ResultList));
  if (fault) return fault;
  const auto& list = block.As<abi::ResultList>();
  if (list.result_count == 0) return std::nullopt;
  // Their size fits into 32 bits then.
  fault = FaultAbove("resultCount", list.result_count, message_size / kSmallestRest);
  if (!fault) {
    fault = FaultOfArray(block, "resultData", list.result_data, list.result_count,
                         sizeof(abi::ResultData));
  }
  if (fault) return fault;
  size_t told = 0;
  results.reserve(list.result_count);
  for (uint32_t index = 0; index < list.result_count; index++) {
    const abi::ResultData& data = list.result_data[index];
    fault = FaultOf(block, data);
    if (fault) return "result " + to_string(index) + ": " + *fault;
    told += kSmallestRest + data.identifier_size + data.extension_size;
    if (told > message_size) {
      return "results 0 to " + to_string(index) + " take " + to_string(told) +
             " bytes of a message of " + to_string(message_size);
    }
    results.push_back(Copy(data));
  }
  return std::nullopt;
}

}  // namespace tokenbinding
