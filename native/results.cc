#include "results.h"

#include <string>

namespace tokenbinding {
namespace {

/// RFC 8471 3: the length prefix of both vectors has 16 bits.
constexpr size_t kMaxMessageSize = 2 + 0xffff;
constexpr size_t kMaxExtensionsSize = 0xffff;
/// key_parameters and key_length.
constexpr size_t kIdentifierHeaderSize = 3;
/// Size of a TokenBinding without its TokenBindingID and the content of its extensions, at least:
/// tokenbinding_type, two length prefixes and a signature of 64 bytes.
constexpr size_t kMinOverhead = 1 + 2 + 64 + 2;
/// RFC 8471 3: a key type is one octet.
constexpr size_t kMaxKeyTypes = 256;

using std::to_string;

/// Checks that an array of `count` entries can be read.
Fault CheckArray(const ProcessHeapBlock& block, const char* name, const void* array, size_t count,
                 size_t entry_size) {
  if (block.CanRead(array, count * entry_size)) return std::nullopt;
  return std::string(name) + " cannot be read: " + to_string(count) + " entries of " +
         to_string(entry_size) + " bytes, pointer " + block.Describe(array) + ", block of " +
         to_string(block.Size()) + " bytes";
}

Fault CheckIdentifier(const ProcessHeapBlock& block, const abi::ResultData& data) {
  const uint8_t* const identifier = data.identifier_data;
  if (data.identifier_size < kIdentifierHeaderSize) return "identifierSize is too small";
  if (!block.CanRead(identifier, kIdentifierHeaderSize)) return "identifierData cannot be read";
  const size_t key_length = static_cast<size_t>(identifier[1]) << 8 | identifier[2];
  if (data.identifier_size != kIdentifierHeaderSize + key_length) {
    return "identifierSize does not match the TokenBindingID, which begins with " +
           ToHex(identifier, kIdentifierHeaderSize);
  }
  if (!block.CanRead(identifier, data.identifier_size))
    return "identifierData ends outside its block";
  return std::nullopt;
}

Fault CheckFields(const ProcessHeapBlock& block, const abi::ResultData& data) {
  if (data.binding_type > 0xff) return "bindingType is above 255";
  Fault fault = CheckIdentifier(block, data);
  if (fault || data.extension_size == 0) return fault;
  if (data.extension_size > kMaxExtensionsSize) return "extensionSize is too large";
  if (!block.CanRead(data.extension_data, data.extension_size)) {
    return "extensionData cannot be read";
  }
  return std::nullopt;
}

Fault CheckResult(const ProcessHeapBlock& block, const abi::ResultData& data) {
  const Fault fault = CheckFields(block, data);
  if (!fault) return std::nullopt;
  return *fault + " (bindingType " + to_string(data.binding_type) + ", identifierSize " +
         to_string(data.identifier_size) + ", identifierData " +
         block.Describe(data.identifier_data) + ", extensionFormat " +
         to_string(data.extension_format) + ", extensionSize " + to_string(data.extension_size) +
         ", extensionData " + block.Describe(data.extension_data) + ", block of " +
         to_string(block.Size()) + " bytes)";
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
  if (size == 0) return "the returned size is 0";
  Fault fault = CheckAtMost("the returned size", size, kMaxMessageSize);
  if (!fault) fault = block.CheckSize(size);
  if (!fault) bytes = Copy(block.Data(), size);
  return fault;
}

Fault CopyResult(const ProcessHeapBlock& block, Result& result) {
  Fault fault = block.CheckSize(sizeof(abi::ResultData));
  if (fault) return fault;
  const auto& data = block.As<abi::ResultData>();
  fault = CheckResult(block, data);
  if (!fault) result = Copy(data);
  return fault;
}

Fault CopyKeyTypes(const ProcessHeapBlock& block, std::vector<uint32_t>& key_types) {
  Fault fault = block.CheckSize(sizeof(abi::KeyTypes));
  if (fault) return fault;
  const auto& list = block.As<abi::KeyTypes>();
  if (list.key_count == 0) return std::nullopt;
  fault = CheckAtMost("keyCount", list.key_count, kMaxKeyTypes);
  if (!fault) {
    fault = CheckArray(block, "keyType", list.key_type, list.key_count, sizeof(uint32_t));
  }
  if (!fault) key_types.assign(list.key_type, list.key_type + list.key_count);
  return fault;
}

Fault CopyResults(const ProcessHeapBlock& block, size_t message_size,
                  std::vector<Result>& results) {
  Fault fault = block.CheckSize(sizeof(abi::ResultList));
  if (fault) return fault;
  const auto& list = block.As<abi::ResultList>();
  if (list.result_count == 0) return std::nullopt;
  // This limit also keeps the size of the array below 32 bits.
  fault = CheckAtMost("resultCount", list.result_count, message_size / kMinOverhead);
  if (!fault) {
    fault = CheckArray(block, "resultData", list.result_data, list.result_count,
                       sizeof(abi::ResultData));
  }
  if (fault) return fault;
  size_t needed = 0;
  results.reserve(list.result_count);
  for (uint32_t index = 0; index < list.result_count; index++) {
    const abi::ResultData& data = list.result_data[index];
    fault = CheckResult(block, data);
    if (fault) return "result " + to_string(index) + ": " + *fault;
    needed += kMinOverhead + data.identifier_size + data.extension_size;
    if (needed > message_size) {
      return "results 0 to " + to_string(index) + " need " + to_string(needed) +
             " bytes, but the message has " + to_string(message_size);
    }
    results.push_back(Copy(data));
  }
  return std::nullopt;
}

}  // namespace tokenbinding
