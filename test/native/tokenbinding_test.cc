#include "../../native/tokenbinding.h"

#include <cstring>
#include <functional>

#include "check.h"
#include "fake/fake.h"
#include "fake/windows.h"

// The ten calls over a table of functions that answer as each test says.

using namespace tokenbinding;

namespace {

constexpr uint32_t kFailure = 0x80090020;
const Bytes kEkm(32, 7);
const Bytes kMessage(139, 1);

/// What the functions of the table answer with.
struct {
  abi::Status status = 0;
  void* memory = nullptr;
  uint32_t size = 0;
  void* result = nullptr;
} next;

/// What the DLL is to be told of extensions.
Extension extension;

abi::Status GiveBinding(uint32_t, const wchar_t*, uint32_t, const void*, uint32_t,
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

abi::Status GiveMessage(const void* const* bindings, const uint32_t* sizes, uint32_t count,
                        void** message, uint32_t* size) {
  for (uint32_t index = 0; index < count; index++) {
    CHECK(bindings[index] != nullptr && sizes[index] < 1000);
  }
  *message = next.memory;
  *size = next.size;
  return next.status;
}

abi::Status GiveResults(const void* message, uint32_t, uint32_t, const void* ekm, uint32_t,
                        abi::ResultList** results) {
  CHECK(message != nullptr && ekm != nullptr);
  *results = static_cast<abi::ResultList*>(next.memory);
  return next.status;
}

abi::Status GiveKeyTypes(abi::KeyTypes** types) {
  *types = static_cast<abi::KeyTypes*>(next.memory);
  return next.status;
}

abi::Status GiveId(uint32_t, const void*, uint32_t, abi::ResultData** result) {
  *result = static_cast<abi::ResultData*>(next.result);
  return next.status;
}

abi::Status GiveIdForUri(uint32_t, const wchar_t*, abi::ResultData** result) {
  *result = static_cast<abi::ResultData*>(next.result);
  return next.status;
}

abi::Status GiveVersion(uint8_t* major, uint8_t* minor) {
  *major = 1;
  *minor = 0;
  return next.status;
}

abi::Status GiveStatus(const wchar_t*) { return next.status; }
abi::Status GiveStatusOfAll() { return next.status; }

const Api kApi = {GiveBinding, GiveMessage,     GiveResults, GiveKeyTypes, GiveKeyTypes,
                  GiveStatus,  GiveStatusOfAll, GiveId,      GiveIdForUri, GiveVersion};

void* Block(const void* data, size_t size) {
  void* memory = HeapAlloc(GetProcessHeap(), 0, size);
  std::memcpy(memory, data, size);
  return memory;
}

/// A result block: the structure, then `identifier`, then `extension`, to the last byte.
struct ResultBlock {
  Bytes identifier = {2, 0, 2, 8, 9};
  Bytes extension = {5, 0, 0};
  uint32_t binding_type = 0;
  std::function<void(abi::ResultData&)> spoil = [](auto&) {};

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
    spoil(data);
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

void TestFailuresFreeWhatTheyCameWith() {
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

void TestMisshapenResults() {
  const std::function<void(abi::ResultData&)> spoilt[] = {
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
  for (const auto& spoil : spoilt) {
    ResultBlock block;
    block.spoil = spoil;
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
  // Both of its lengths agree, and both are beyond the block.
  ResultBlock longer;
  longer.identifier = {2, 0xff, 0xff};
  longer.extension = {};
  longer.spoil = [](auto& data) { data.identifier_size = 3 + 0xffff; };
  next = {};
  next.result = longer.Make();
  CHECK(Id().fault.has_value());
}

void TestPartsInOtherMemory() {
  const Bytes identifier = {2, 0, 1, 5};
  void* const elsewhere = Block(identifier.data(), identifier.size());
  ResultBlock block;
  block.spoil = [&](auto& data) {
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
  block.spoil = [&](auto& data) {
    data.extension_data = static_cast<const uint8_t*>(elsewhere) + 2;
    data.extension_size = 3;
  };
  next.result = block.Make();
  CHECK(Id().fault.has_value());
  HeapFree(GetProcessHeap(), 0, elsewhere);
}

void TestMisshapenLists() {
  // The second result of two that are not there: what follows the first, read as pointers.
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
  const auto nowhere = Verify();
  CHECK(nowhere.Succeeded() && nowhere.value->empty());
  // Less than the head of a list is none.
  next = {0, Block("\0\0\0\0", 4), 0, nullptr};
  CHECK(Verify().fault == "it gave a block of 4 bytes, and the answer takes 16");
}

/// The fault of a TOKENBINDING_RESULT_DATA that is spoilt.
Fault FaultOf(const std::function<void(abi::ResultData&)>& spoil) {
  ResultBlock block;
  block.spoil = spoil;
  next = {};
  next.result = block.Make();
  return Id().fault;
}

void TestNumbersOfResults() {
  CHECK(FaultOf([](auto& data) { data.identifier_size = 70000; }) ==
        "identifierSize is not the size of a TokenBindingID that begins with 020002 "
        "(bindingType 0, identifierSize 70000, identifierData at offset 32, extensionFormat 0, "
        "extensionSize 3, extensionData at offset 37; the block has 40 bytes)");
  CHECK(FaultOf([](auto& data) {
          data.binding_type = 256;
          data.identifier_data = nullptr;
          data.extension_data = reinterpret_cast<const uint8_t*>(1);
        }) ==
        "bindingType is not an octet (bindingType 256, identifierSize 5, identifierData "
        "NULL, extensionFormat 0, extensionSize 3, extensionData elsewhere; the block has 40 "
        "bytes)");
  CHECK(FaultOf([](auto& data) {
          data.extension_format = 7;
          data.extension_size = 4;
        }) ==
        "extensionData is not in its memory (bindingType 0, identifierSize 5, "
        "identifierData at offset 32, extensionFormat 7, extensionSize 4, extensionData at "
        "offset 37; the block has 40 bytes)");
}

void TestNumbersOfLists() {
  next = {0, ResultList({}, 1000), 0, nullptr};
  CHECK(Verify().fault == "resultCount is 1000, above 2");
  next = {0, ResultList({}, 2), 0, nullptr};
  CHECK(Verify().fault ==
        "resultData with 2 entries of 32 bytes is not in its memory: at offset 16 of 56 bytes");
  ResultBlock larger;
  larger.extension = Bytes(80, 0);
  next = {0, ResultList(larger), 0, nullptr};
  CHECK(Verify().fault == "results 0 to 0 take 154 bytes of a message of 139");
  ResultBlock wrong;
  wrong.spoil = [](auto& data) { data.identifier_size = 2; };
  next = {0, ResultList(wrong), 0, nullptr};
  CHECK(Verify().fault->find("result 0: identifierSize is too small (") == 0);

  next = {0, Block("abc", 3), 4, nullptr};
  CHECK(GenerateMessage(kApi, {kMessage}).fault ==
        "it gave a block of 3 bytes, and the answer takes 4");
  next = {0, Block("abc", 3), 70000, nullptr};
  CHECK(GenerateMessage(kApi, {kMessage}).fault == "its size is 70000, above 65537");
  const abi::KeyTypes list = {257, nullptr};
  next = {0, Block(&list, sizeof(list)), 0, nullptr};
  CHECK(GetKeyTypesServer(kApi).fault == "keyCount is 257, above 256");
  const abi::KeyTypes nowhere = {3, nullptr};
  next = {0, Block(&nowhere, sizeof(nowhere)), 0, nullptr};
  CHECK(GetKeyTypesServer(kApi).fault ==
        "keyType with 3 entries of 4 bytes is not in its memory: NULL of 16 bytes");
}

void TestSizesThatNothingHas() {
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

void TestMisshapenBytes() {
  for (const uint32_t size : {0u, 4u, 0xffffu, 0x10002u, 0xffffffffu}) {
    next = {0, Block("abc", 3), size, nullptr};
    CHECK(GenerateMessage(kApi, {kMessage}).fault.has_value());
    next = {0, Block("abc", 3), size, ResultBlock().Make()};
    CHECK(Generate().fault.has_value());
  }
}

void TestMisshapenKeyTypes() {
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

void TestMisshapenBlocks() {
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
  TestMisshapenResults();
  TestPartsInOtherMemory();
  TestMisshapenLists();
  TestEmptyLists();
  TestNumbersOfResults();
  TestNumbersOfLists();
  TestSizesThatNothingHas();
  TestMisshapenBytes();
  TestMisshapenKeyTypes();
  TestMisshapenBlocks();
  CHECK(fake::BlocksOutstanding() == 0);
  TestFailuresFreeWhatTheyCameWith();
  CHECK(fake::BlocksOutstanding() == 0);
  std::printf("%d checks passed\n", checks);
}
