#include "../../native/tokenbinding.h"

#include <cstring>
#include <functional>

#include "check.h"
#include "fake/fake.h"
#include "fake/windows.h"

// The ten calls with a table of fake functions whose results each test sets.

using namespace tokenbinding;

namespace {

constexpr uint32_t kFailure = 0x80090020;
const Bytes kEkm(32, 7);
const Bytes kMessage(139, 1);

/// The results of the functions in the table.
struct {
  abi::Status status = 0;
  void* memory = nullptr;
  uint32_t size = 0;
  void* result = nullptr;
} next;

/// The extension that the next call must pass on.
Extension extension;

abi::Status ReturnBinding(uint32_t, const wchar_t*, uint32_t, const void*, uint32_t,
                          uint32_t extension_format, const void* extension_data, void** binding,
                          uint32_t* size, abi::ResultData** result) {
  CHECK(extension_format == extension.format);
  CHECK((extension_data == nullptr) == extension.data.empty());
  if (!extension.data.empty()) {
    CHECK(std::memcmp(extension_data, extension.data.data(), extension.data.size()) == 0);
  }
  *binding = next.memory;
  *size = next.size;
  *result = static_cast<abi::ResultData*>(next.result);
  return next.status;
}

abi::Status ReturnMessage(const void* const* bindings, const uint32_t* sizes, uint32_t count,
                          void** message, uint32_t* size) {
  for (uint32_t index = 0; index < count; index++) {
    CHECK(bindings[index] != nullptr && sizes[index] < 1000);
  }
  *message = next.memory;
  *size = next.size;
  return next.status;
}

abi::Status ReturnResults(const void* message, uint32_t, uint32_t, const void* ekm, uint32_t,
                          abi::ResultList** results) {
  CHECK(message != nullptr && ekm != nullptr);
  *results = static_cast<abi::ResultList*>(next.memory);
  return next.status;
}

abi::Status ReturnKeyTypes(abi::KeyTypes** types) {
  *types = static_cast<abi::KeyTypes*>(next.memory);
  return next.status;
}

abi::Status ReturnId(uint32_t, const void*, uint32_t, abi::ResultData** result) {
  *result = static_cast<abi::ResultData*>(next.result);
  return next.status;
}

abi::Status ReturnIdForUri(uint32_t, const wchar_t*, abi::ResultData** result) {
  *result = static_cast<abi::ResultData*>(next.result);
  return next.status;
}

abi::Status ReturnVersion(uint8_t* major, uint8_t* minor) {
  *major = 1;
  *minor = 0;
  return next.status;
}

abi::Status ReturnStatus(const wchar_t*) { return next.status; }
abi::Status ReturnStatusOfAll() { return next.status; }

const Api kApi = {ReturnBinding, ReturnMessage,     ReturnResults, ReturnKeyTypes, ReturnKeyTypes,
                  ReturnStatus,  ReturnStatusOfAll, ReturnId,      ReturnIdForUri, ReturnVersion};

void* Block(const void* data, size_t size) {
  void* memory = HeapAlloc(GetProcessHeap(), 0, size);
  std::memcpy(memory, data, size);
  return memory;
}

/// A block with TOKENBINDING_RESULT_DATA, `identifier` and `extension`, without a byte to spare.
struct ResultBlock {
  Bytes identifier = {2, 0, 2, 8, 9};
  Bytes extension = {5, 0, 0};
  uint32_t binding_type = 0;
  std::function<void(abi::ResultData&)> corrupt = [](auto&) {};

  size_t Size() const { return sizeof(abi::ResultData) + identifier.size() + extension.size(); }

  void* Make() const {
    auto* const memory = static_cast<uint8_t*>(HeapAlloc(GetProcessHeap(), 0, Size()));
    Fill(*reinterpret_cast<abi::ResultData*>(memory), memory + sizeof(abi::ResultData));
    return memory;
  }

  void Fill(abi::ResultData& data, uint8_t* tail) const {
    std::memcpy(tail, identifier.data(), identifier.size());
    std::memcpy(tail + identifier.size(), extension.data(), extension.size());
    data = {binding_type,
            static_cast<uint32_t>(identifier.size()),
            tail,
            0,
            static_cast<uint32_t>(extension.size()),
            tail + identifier.size()};
    corrupt(data);
  }
};

void* ResultList(const ResultBlock& result, uint32_t count = 1) {
  const size_t head = sizeof(abi::ResultList) + sizeof(abi::ResultData);
  auto* const memory = static_cast<uint8_t*>(
      HeapAlloc(GetProcessHeap(), 0, head + result.identifier.size() + result.extension.size()));
  auto* const data = reinterpret_cast<abi::ResultData*>(memory + sizeof(abi::ResultList));
  *reinterpret_cast<abi::ResultList*>(memory) = {count, data};
  result.Fill(*data, memory + head);
  return memory;
}

Answer<Result> Id() { return GenerateId(kApi, 2, kMessage); }
Answer<std::vector<Result>> Verify() { return VerifyMessage(kApi, kMessage, 2, kEkm); }
Answer<GeneratedBinding> Generate() {
  return GenerateBinding(kApi, 2, L"https://a/", 0, kEkm, extension);
}

void TestSuccess() {
  next = {};
  next.result = ResultBlock().Make();
  const auto id = Id();
  CHECK(id.Succeeded());
  CHECK((id.value->identifier == Bytes{2, 0, 2, 8, 9}));
  CHECK((id.value->extension_data == Bytes{5, 0, 0}));

  next.memory = ResultList({});
  CHECK(Verify().value->size() == 1);

  next = {0, Block("abc", 3), 3, ResultBlock().Make()};
  CHECK((Generate().value->token_binding == Bytes{'a', 'b', 'c'}));
  extension = {1, {4, 5}};
  next = {0, Block("abc", 3), 3, ResultBlock().Make()};
  CHECK(Generate().Succeeded());
  extension = {};

  next = {0, Block("abc", 3), 3, nullptr};
  CHECK((GenerateMessage(kApi, {kMessage, Bytes()}).value == Bytes{'a', 'b', 'c'}));

  next = {};
  CHECK(GetHighestSupportedVersion(kApi).value->major == 1);
  CHECK(DeleteBinding(kApi, L"https://a/").Succeeded());
  CHECK(DeleteAllBindings(kApi).Succeeded());
}

void TestFailuresFreeTheirMemory() {
  for (const uint32_t status : {kFailure, 1u, 0x00090312u, 0xffffffffu}) {
    const auto number = static_cast<abi::Status>(status);
    next = {number, Block("abc", 3), 3, ResultBlock().Make()};
    CHECK(Generate().status == status);
    next = {number, ResultList({}), 0, nullptr};
    CHECK(Verify().status == status);
    next = {number, nullptr, 0, ResultBlock().Make()};
    CHECK(!Id().Succeeded());
    next = {number, Block("abc", 3), 3, nullptr};
    CHECK(GenerateMessage(kApi, {kMessage}).status == status);
    next = {number, nullptr, 0, nullptr};
    CHECK(GetKeyTypesClient(kApi).status == status);
    CHECK(DeleteBinding(kApi, L"https://a/").status == status);
    CHECK(GetHighestSupportedVersion(kApi).status == status);
  }
}

void TestInvalidResults() {
  const std::function<void(abi::ResultData&)> corruptions[] = {
      [](auto& data) { data.binding_type = 256; },
      [](auto& data) { data.binding_type = 0xffffffff; },
      [](auto& data) { data.identifier_data = nullptr; },
      [](auto& data) { data.identifier_data = reinterpret_cast<const uint8_t*>(1); },
      [](auto& data) { data.identifier_size = 0; },
      [](auto& data) { data.identifier_size = 2; },
      [](auto& data) { data.identifier_size--; },
      [](auto& data) { data.identifier_size++; },
      [](auto& data) { data.identifier_size = 0xffffffff; },
      [](auto& data) { data.extension_data = nullptr; },
      [](auto& data) { data.extension_size++; },
      [](auto& data) { data.extension_size = 0x10000; },
      [](auto& data) { data.extension_size = 0xffffffff; },
      [](auto& data) { data.extension_data += 3; },
      [](auto& data) { data.identifier_data += 1 << 20; },
      [](auto& data) { data.identifier_data = reinterpret_cast<const uint8_t*>(UINTPTR_MAX - 1); },
      [](auto& data) { data.extension_data = reinterpret_cast<const uint8_t*>(UINTPTR_MAX - 1); },
  };
  for (const auto& corrupt : corruptions) {
    ResultBlock block;
    block.corrupt = corrupt;
    next = {};
    next.result = block.Make();
    CHECK(Id().fault.has_value());
    next.result = block.Make();
    CHECK(GenerateIdForUri(kApi, 2, L"https://a/").fault.has_value());
    next = {0, Block("abc", 3), 3, block.Make()};
    CHECK(Generate().fault.has_value());
    next = {0, ResultList(block), 0, nullptr};
    CHECK(Verify().fault.has_value());
  }
  // Both lengths agree, and both exceed the block.
  ResultBlock longer;
  longer.identifier = {2, 0xff, 0xff};
  longer.extension = {};
  longer.corrupt = [](auto& data) { data.identifier_size = 3 + 0xffff; };
  next = {};
  next.result = longer.Make();
  CHECK(Id().fault.has_value());
}

void TestPartsInOtherMemory() {
  const Bytes identifier = {2, 0, 1, 5};
  void* const elsewhere = Block(identifier.data(), identifier.size());
  ResultBlock block;
  block.corrupt = [&](auto& data) {
    data.identifier_data = static_cast<const uint8_t*>(elsewhere);
    data.identifier_size = 4;
  };
  next = {};
  next.result = block.Make();
  CHECK(Id().value->identifier == identifier);
  for (const uint32_t protection : {0x01u, 0x10u, 0x104u}) {
    fake::windows.protection = protection;
    next.result = block.Make();
    CHECK(Id().fault.has_value());
  }
  fake::windows = {};
  block.corrupt = [&](auto& data) {
    data.extension_data = static_cast<const uint8_t*>(elsewhere) + 2;
    data.extension_size = 3;
  };
  next.result = block.Make();
  CHECK(Id().fault.has_value());
  HeapFree(GetProcessHeap(), 0, elsewhere);
}

void TestInvalidLists() {
  // The list claims two results, but arbitrary bytes follow the first.
  ResultBlock noise;
  noise.extension = Bytes(64, 0x5a);
  next = {0, ResultList(noise, 2), 0, nullptr};
  CHECK(VerifyMessage(kApi, Bytes(500, 1), 2, kEkm).fault.has_value());
  for (const uint32_t count : {2u, 1000u, 0xffffffffu}) {
    next = {0, ResultList({}, count), 0, nullptr};
    CHECK(Verify().fault.has_value());
  }
  next = {0, ResultList({}), 0, nullptr};
  static_cast<abi::ResultList*>(next.memory)->result_data = nullptr;
  CHECK(Verify().fault.has_value());

  ResultBlock larger;
  larger.extension = Bytes(80, 0);
  next = {0, ResultList(larger), 0, nullptr};
  CHECK(Verify().fault.has_value());
}

void TestEmptyLists() {
  next = {0, ResultList({}, 0), 0, nullptr};
  CHECK(Verify().Succeeded());
  next = {0, ResultList({}, 0), 0, nullptr};
  static_cast<abi::ResultList*>(next.memory)->result_data = nullptr;
  const auto empty = Verify();
  CHECK(empty.Succeeded() && empty.value->empty());
  // A block smaller than the structure of a list is invalid.
  next = {0, Block("\0\0\0\0", 4), 0, nullptr};
  CHECK(Verify().fault == "it returned a block of 4 bytes for a result of 16 bytes");
}

/// Returns the fault of a corrupted TOKENBINDING_RESULT_DATA.
Fault FaultAfter(const std::function<void(abi::ResultData&)>& corrupt) {
  ResultBlock block;
  block.corrupt = corrupt;
  next = {};
  next.result = block.Make();
  return Id().fault;
}

void TestFaultsOfResults() {
  CHECK(FaultAfter([](auto& data) { data.identifier_size = 70000; }) ==
        "identifierSize does not match the TokenBindingID, which begins with 020002 "
        "(bindingType 0, identifierSize 70000, identifierData at offset 32, extensionFormat 0, "
        "extensionSize 3, extensionData at offset 37, block of 40 bytes)");
  CHECK(FaultAfter([](auto& data) {
          data.binding_type = 256;
          data.identifier_data = nullptr;
          data.extension_data = reinterpret_cast<const uint8_t*>(1);
        }) ==
        "bindingType is above 255 (bindingType 256, identifierSize 5, identifierData NULL, "
        "extensionFormat 0, extensionSize 3, extensionData outside, block of 40 bytes)");
  CHECK(FaultAfter([](auto& data) {
          data.extension_format = 7;
          data.extension_size = 4;
        }) ==
        "extensionData cannot be read (bindingType 0, identifierSize 5, "
        "identifierData at offset 32, extensionFormat 7, extensionSize 4, extensionData at "
        "offset 37, block of 40 bytes)");
}

void TestFaultsOfLists() {
  next = {0, ResultList({}, 1000), 0, nullptr};
  CHECK(Verify().fault == "resultCount is 1000, above the limit of 2");
  next = {0, ResultList({}, 2), 0, nullptr};
  CHECK(
      Verify().fault ==
      "resultData cannot be read: 2 entries of 32 bytes, pointer at offset 16, block of 56 bytes");
  ResultBlock larger;
  larger.extension = Bytes(80, 0);
  next = {0, ResultList(larger), 0, nullptr};
  CHECK(Verify().fault == "results 0 to 0 need 154 bytes, but the message has 139");
  ResultBlock wrong;
  wrong.corrupt = [](auto& data) { data.identifier_size = 2; };
  next = {0, ResultList(wrong), 0, nullptr};
  CHECK(Verify().fault->find("result 0: identifierSize is too small (") == 0);

  next = {0, Block("abc", 3), 4, nullptr};
  CHECK(GenerateMessage(kApi, {kMessage}).fault ==
        "it returned a block of 3 bytes for a result of 4 bytes");
  next = {0, Block("abc", 3), 70000, nullptr};
  CHECK(GenerateMessage(kApi, {kMessage}).fault ==
        "the returned size is 70000, above the limit of 65537");
  const abi::KeyTypes list = {257, nullptr};
  next = {0, Block(&list, sizeof(list)), 0, nullptr};
  CHECK(GetKeyTypesServer(kApi).fault == "keyCount is 257, above the limit of 256");
  const abi::KeyTypes without_array = {3, nullptr};
  next = {0, Block(&without_array, sizeof(without_array)), 0, nullptr};
  CHECK(GetKeyTypesServer(kApi).fault ==
        "keyType cannot be read: 3 entries of 4 bytes, pointer NULL, block of 16 bytes");
}

void TestLimits() {
  const Bytes huge(0x10002, 0);
  next = {0, Block(huge.data(), huge.size()), 0x10002, nullptr};
  CHECK(GenerateMessage(kApi, {kMessage}).fault.has_value());
  next = {0, Block(huge.data(), 0x10001), 0x10001, nullptr};
  CHECK(GenerateMessage(kApi, {kMessage}).Succeeded());

  ResultBlock block;
  block.extension = Bytes(0x10000, 0);
  next = {};
  next.result = block.Make();
  CHECK(Id().fault.has_value());
  block.extension.pop_back();
  next.result = block.Make();
  CHECK(Id().Succeeded());

  for (const uint32_t count : {256u, 257u}) {
    Bytes memory(sizeof(abi::KeyTypes) + count * sizeof(uint32_t), 0);
    next = {0, Block(memory.data(), memory.size()), 0, nullptr};
    auto* const list = static_cast<abi::KeyTypes*>(next.memory);
    *list = {count, reinterpret_cast<const uint32_t*>(list + 1)};
    CHECK(GetKeyTypesClient(kApi).Succeeded() == (count == 256));
  }
}

void TestInvalidBytes() {
  for (const uint32_t size : {0u, 4u, 0xffffu, 0x10002u, 0xffffffffu}) {
    next = {0, Block("abc", 3), size, nullptr};
    CHECK(GenerateMessage(kApi, {kMessage}).fault.has_value());
    next = {0, Block("abc", 3), size, ResultBlock().Make()};
    CHECK(Generate().fault.has_value());
  }
}

void TestInvalidKeyTypes() {
  for (const uint32_t count : {1u, 256u, 257u, 0xffffffffu}) {
    const abi::KeyTypes list = {count, nullptr};
    next = {0, Block(&list, sizeof(list)), 0, nullptr};
    CHECK(GetKeyTypesServer(kApi).fault.has_value());
  }
  const abi::KeyTypes empty = {0, nullptr};
  next = {0, Block(&empty, sizeof(empty)), 0, nullptr};
  CHECK(GetKeyTypesClient(kApi).Succeeded());
  struct {
    abi::KeyTypes list;
    uint32_t types[2];
  } whole = {{3, nullptr}, {2, 1}};
  next = {0, Block(&whole, sizeof(whole)), 0, nullptr};
  auto* const list = static_cast<abi::KeyTypes*>(next.memory);
  list->key_type = reinterpret_cast<const uint32_t*>(list + 1);
  CHECK(GetKeyTypesClient(kApi).fault.has_value());
}

void TestInvalidBlocks() {
  next = {};
  CHECK(Id().fault.has_value() && Verify().fault.has_value() && Generate().fault.has_value());
  CHECK(GetKeyTypesClient(kApi).fault.has_value());
  static uint64_t elsewhere[8] = {};
  next = {0, elsewhere, 3, elsewhere};
  CHECK(Id().fault.has_value() && Verify().fault.has_value());
  next = {0, Block("abc", 3), 3, Block("abc", 3)};
  CHECK(Generate().fault.has_value());
  void* const both = ResultBlock().Make();
  next = {0, both, 3, both};
  CHECK(Generate().fault.has_value());
}

}  // namespace

int main() {
  TestSuccess();
  CHECK(fake::BlocksOutstanding() == 0);
  TestInvalidResults();
  TestPartsInOtherMemory();
  TestInvalidLists();
  TestEmptyLists();
  TestFaultsOfResults();
  TestFaultsOfLists();
  TestLimits();
  TestInvalidBytes();
  TestInvalidKeyTypes();
  TestInvalidBlocks();
  CHECK(fake::BlocksOutstanding() == 0);
  TestFailuresFreeTheirMemory();
  CHECK(fake::BlocksOutstanding() == 0);
  std::printf("%d checks passed\n", checks);
}
