#include "../../native/sspi_message.h"

#include <atomic>
#include <cstring>
#include <thread>
#include <utility>

#include "../../native/sspi_context.h"
#include "check.h"
#include "fake/fake.h"
#include "fake/secur32.h"

// The message calls of contexts, with a table of fake functions whose results each test sets.

using namespace tokenbinding;
using namespace tokenbinding::sspi;
using fake::kSspi;
using fake::secur32;

namespace {

constexpr uint32_t kData = 1;
constexpr uint32_t kPadding = 9;
constexpr uint32_t kStream = 10;
const Bytes kPlain = {'p', 'l', 'a', 'i', 'n'};
const Bytes kTrailer(16, 9);

std::shared_ptr<Context> NewContext() {
  secur32 = {};
  auto credentials = *AcquireCredentials(kSspi, L"Name", 2, std::nullopt).value;
  auto context = std::make_shared<Context>(std::move(credentials), ContextRequest());
  CHECK(context->Step(std::nullopt).Succeeded());
  return context;
}

Message::Part PartOf(uint32_t type, const Bytes& bytes) {
  return {type, bytes.data(), static_cast<uint32_t>(bytes.size())};
}

Message Sealed() { return Message({PartOf(abi::kToken, kTrailer), PartOf(kData, kPlain)}); }

Bytes BytesOf(const Message::Part& part) { return Bytes(part.data, part.data + part.size); }

void TestCopies() {
  Message message({PartOf(kData, kPlain), {abi::kToken, nullptr, 3}, PartOf(kData, {})});
  CHECK(!message.CheckBuffers());
  const auto parts = message.Parts();
  CHECK(parts.size() == 3 && BytesOf(parts[0]) == kPlain && parts[0].data != kPlain.data());
  CHECK((BytesOf(parts[1]) == Bytes{0, 0, 0}) && parts[1].type == abi::kToken);
  CHECK(parts[2].size == 0 && message.List().buffers[2].data != nullptr);
  Message streamed({PartOf(abi::kStream, kPlain), PartOf(kData, {})});
  CHECK(streamed.List().buffers[0].data != nullptr && streamed.List().buffers[1].data == nullptr);
  Message none(std::vector<Message::Part>{});
  CHECK(!none.CheckBuffers() && none.List().count == 0);
  CHECK(!Message().CheckBuffers() && Message().Parts().empty());
  const Message moved = std::move(message);
  CHECK(BytesOf(moved.Parts()[0]) == kPlain);
}

void TestSigning() {
  const auto context = NewContext();
  secur32.on_message = [](abi::BufferList* message, auto*) {
    CHECK(message->version == 0 && message->count == 2);
    abi::Buffer* const buffers = message->buffers;
    CHECK(buffers[0].type == 0x80000001 && buffers[0].size == 5);
    CHECK(buffers[1].type == abi::kToken && buffers[1].size == 37);
    std::memcpy(buffers[1].data, "signature", 9);
    buffers[1].size = 9;
  };
  Message message({PartOf(0x80000001, kPlain), {abi::kToken, nullptr, 37}});
  const auto answer = context->MakeSignature(3, std::move(message), 0xfffffffe);
  CHECK(std::memcmp(answer.value->data(), "signature", 9) == 0 && answer.value->size() == 9);
  CHECK(secur32.qop == 3 && secur32.sequence == 0xfffffffe);

  secur32.on_message = [](abi::BufferList*, uint32_t* qop) { *qop = 5; };
  CHECK(context->VerifySignature(Sealed(), 8).value == 5);
  CHECK(secur32.sequence == 8);
}

void TestSealing() {
  const auto context = NewContext();
  secur32.on_message = [](abi::BufferList* message, auto*) {
    abi::Buffer* const buffers = message->buffers;
    std::memset(buffers[0].data, 'T', 12);
    buffers[0].size = 12;
    std::memset(buffers[1].data, 'C', 5);
    buffers[2].size = 0;
  };
  Message message({{abi::kToken, nullptr, 16}, PartOf(kData, kPlain), {kPadding, nullptr, 8}});
  const auto answer = context->EncryptMessage(0x80000001, std::move(message), 0);
  const auto parts = answer.value->Parts();
  CHECK(BytesOf(parts[0]) == Bytes(12, 'T') && BytesOf(parts[1]) == Bytes(5, 'C'));
  CHECK(parts[2].type == kPadding && parts[2].size == 0);
  CHECK(secur32.qop == 0x80000001);

  secur32.on_message = [](abi::BufferList* list, uint32_t* qop) {
    std::memcpy(list->buffers[1].data, "PLAIN", 5);
    *qop = 0x80000001;
  };
  const auto back = context->DecryptMessage(Sealed(), 0);
  CHECK(std::memcmp(back.value->message.Parts()[1].data, "PLAIN", 5) == 0);
  CHECK(back.value->qop == 0x80000001);
}

void TestStream() {
  const auto context = NewContext();
  secur32.on_message = [](abi::BufferList* list, auto*) {
    abi::Buffer* const buffers = list->buffers;
    buffers[1] = {4, kData, static_cast<uint8_t*>(buffers[0].data) + 1};
  };
  Message message({PartOf(kStream, kPlain), {kData, nullptr, 0}});
  const auto answer = context->DecryptMessage(std::move(message), 0);
  CHECK((BytesOf(answer.value->message.Parts()[1]) == Bytes{'l', 'a', 'i', 'n'}));
}

void TestInvalidMessages() {
  static uint8_t elsewhere[64] = {};
  const std::function<void(abi::Buffer*)> corruptions[] = {
      [](auto* buffers) { buffers[0].size++; },
      [](auto* buffers) { buffers[1].size++; },
      [](auto* buffers) { buffers[0].size = 0xffffffff; },
      [](auto* buffers) { buffers[1].size = 0xffffffff; },
      [](auto* buffers) { buffers[0].data = nullptr; },
      [](auto* buffers) { buffers[1].data = elsewhere; },
      [](auto* buffers) { buffers[1].data = reinterpret_cast<void*>(UINTPTR_MAX - 1); },
      // Within the block, but across two of its buffers.
      [](auto* buffers) { buffers[0].data = static_cast<uint8_t*>(buffers[0].data) + 1; },
      [](auto* buffers) { buffers[1].data = static_cast<uint8_t*>(buffers[1].data) - 1; },
  };
  const auto context = NewContext();
  for (const auto& corrupt : corruptions) {
    secur32.on_message = [&](abi::BufferList* list, auto*) { corrupt(list->buffers); };
    CHECK(context->EncryptMessage(0, Sealed(), 0).fault.has_value());
    CHECK(context->DecryptMessage(Sealed(), 0).fault.has_value());
    CHECK(context->MakeSignature(0, Sealed(), 0).fault.has_value());
    CHECK(context->VerifySignature(Sealed(), 0).fault.has_value());
  }
  // An empty buffer may point anywhere, and changes to the SecBufferDesc itself are ignored.
  secur32.on_message = [](abi::BufferList* list, auto*) {
    list->buffers[0] = {0, kData, nullptr};
    *list = {7, 1000000, nullptr};
  };
  CHECK(context->EncryptMessage(0, Sealed(), 0).value->Parts().size() == 2);
}

void TestFaultsOfMessages() {
  const auto context = NewContext();
  secur32.on_message = [](abi::BufferList* list, auto*) {
    list->buffers[1] = {6, 0x80000001, static_cast<uint8_t*>(list->buffers[1].data) + 1};
  };
  CHECK(context->DecryptMessage(Sealed(), 0).fault ==
        "buffer 1 is outside the message of 21 bytes: passed as 5 bytes of type 1 at offset 16, "
        "returned as 6 bytes of type 2147483649 at offset 17");
}

void TestFailures() {
  const auto context = NewContext();
  for (const abi::Status status : fake::Failures()) {
    secur32.status = status;
    const auto number = static_cast<uint32_t>(status);
    CHECK(context->MakeSignature(0, Sealed(), 0).status == number);
    CHECK(context->VerifySignature(Sealed(), 0).status == number);
    CHECK(!context->EncryptMessage(0, Sealed(), 0).value);
    const auto refused = context->DecryptMessage(Sealed(), 0);
    CHECK(refused.status == number && !refused.value);
  }
  for (const abi::Status status :
       {abi::kContinueNeeded, abi::kCompleteNeeded, abi::kCompleteAndContinue}) {
    secur32.status = status;
    CHECK(!context->DecryptMessage(Sealed(), 0).Succeeded());
    CHECK(!context->VerifySignature(Sealed(), 0).Succeeded());
  }
}

void TestBeforeTheFirstStep() {
  secur32 = {};
  Context context(*AcquireCredentials(kSspi, L"Name", 2, std::nullopt).value, ContextRequest());
  secur32.on_message = [](auto*, auto*) { CHECK(false); };
  CHECK(context.MakeSignature(0, Sealed(), 0).status == 0x80090301);
  CHECK(context.VerifySignature(Sealed(), 0).status == 0x80090301);
  CHECK(context.EncryptMessage(0, Sealed(), 0).status == 0x80090301);
  CHECK(context.DecryptMessage(Sealed(), 0).status == 0x80090301);
}

void TestMessagesAreOverwritten() {
  const auto context = NewContext();
  const void* plain = nullptr;
  secur32.on_message = [&](abi::BufferList* list, auto*) { plain = list->buffers[1].data; };
  for (const abi::Status status : {abi::kOk, abi::kInvalidHandle, abi::kContinueNeeded}) {
    secur32.status = status;
    const std::function<bool()> calls[] = {
        [&] { return context->EncryptMessage(0, Sealed(), 0).Succeeded(); },
        [&] { return context->DecryptMessage(Sealed(), 0).Succeeded(); },
        [&] { return context->MakeSignature(0, Sealed(), 0).Succeeded(); },
        [&] { return context->VerifySignature(Sealed(), 0).Succeeded(); },
    };
    for (const auto& call : calls) {
      fake::ForgetOverwritten();
      CHECK(call() == (status == 0));
      CHECK(fake::WasOverwritten(plain, kPlain.size()));
    }
  }
}

void TestManyBuffers() {
  const auto context = NewContext();
  const std::vector<Message::Part> parts(100000, PartOf(kData, kPlain));
  CHECK(context->EncryptMessage(0, Message(parts), 0).value->Parts().size() == parts.size());
}

/// The running calls, and whether two ran at once that exclude each other.
struct {
  std::atomic<int> outgoing{0};
  std::atomic<int> incoming{0};
  std::atomic<int> steps{0};
  std::atomic<bool> together{false};
} busy;

abi::Status Enter(std::atomic<int>& kind) {
  if (kind++ != 0) busy.together = true;
  const bool is_step = &kind == &busy.steps;
  if (is_step ? busy.outgoing + busy.incoming != 0 : busy.steps != 0) busy.together = true;
  std::this_thread::yield();
  kind--;
  return 0;
}

abi::Status EnterOutgoing(abi::Handle*, uint32_t, abi::BufferList*, uint32_t) {
  return Enter(busy.outgoing);
}

abi::Status EnterIncoming(abi::Handle*, abi::BufferList*, uint32_t, uint32_t*) {
  return Enter(busy.incoming);
}

abi::Status EnterStep(abi::Handle*, abi::Handle*, const wchar_t*, uint32_t, uint32_t, uint32_t,
                      abi::BufferList*, uint32_t, abi::Handle* context, abi::BufferList*, uint32_t*,
                      abi::TimeStamp*) {
  *context = {1, 1};
  return Enter(busy.steps);
}

void TestThreads() {
  secur32 = {};
  Api api = kSspi;
  api.make_signature = EnterOutgoing;
  api.encrypt_message = EnterOutgoing;
  api.verify_signature = EnterIncoming;
  api.decrypt_message = EnterIncoming;
  api.initialize_security_context = EnterStep;
  api.delete_security_context = [](abi::Handle*) -> abi::Status { return 0; };
  Context context(*AcquireCredentials(api, L"Name", 2, std::nullopt).value, ContextRequest());
  CHECK(context.Step(std::nullopt).Succeeded());
  const auto repeat = [&](auto call) {
    return std::thread([&context, call] {
      for (int round = 0; round < 200; round++) call(context);
    });
  };
  std::thread threads[] = {
      repeat([](Context& open) { open.MakeSignature(0, Sealed(), 0); }),
      repeat([](Context& open) { open.EncryptMessage(0, Sealed(), 0); }),
      repeat([](Context& open) { open.VerifySignature(Sealed(), 0); }),
      repeat([](Context& open) { open.DecryptMessage(Sealed(), 0); }),
      repeat([](Context& open) { open.Step(Bytes{1}); }),
  };
  for (std::thread& thread : threads) thread.join();
  CHECK(!busy.together);
}

}  // namespace

int main() {
  TestCopies();
  TestSigning();
  TestSealing();
  TestStream();
  TestInvalidMessages();
  TestFaultsOfMessages();
  TestFailures();
  TestBeforeTheFirstStep();
  TestMessagesAreOverwritten();
  TestManyBuffers();
  TestThreads();
  CHECK(fake::BlocksOutstanding() == 0 && fake::HandlesOutstanding() == 0);
  std::printf("%d checks passed\n", checks);
}
