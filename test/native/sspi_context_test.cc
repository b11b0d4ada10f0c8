#include "../../native/sspi_context.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "check.h"
#include "fake/fake.h"
#include "fake/secur32.h"

// The steps of contexts, with a table of fake functions whose results each test sets.

using namespace tokenbinding;
using namespace tokenbinding::sspi;
using fake::kSspi;
using fake::secur32;

using Calls = std::vector<std::string>;
using Role = ContextRequest::Role;

namespace {

std::shared_ptr<Context> NewContext(const ContextRequest& request = {}) {
  secur32 = {};
  auto credentials = *AcquireCredentials(kSspi, L"Name", 2, std::nullopt).value;
  secur32.calls.clear();
  return std::make_shared<Context>(std::move(credentials), request);
}

/// Writes the output token of a step.
void ReturnToken(abi::BufferList* output, const Bytes& token) {
  CHECK(output->version == 0 && output->count == 1);
  abi::Buffer& buffer = output->buffers[0];
  CHECK(buffer.type == abi::kToken && buffer.size == 100);
  std::copy(token.begin(), token.end(), static_cast<uint8_t*>(buffer.data));
  buffer.size = static_cast<uint32_t>(token.size());
}

void TestHandshake() {
  const auto context = NewContext({Role::kClient, L"HTTP/a", 0x100 | 0x10, std::nullopt});
  secur32.status = abi::kContinueNeeded;
  secur32.on_step = [](abi::BufferList* input, abi::BufferList* output) {
    CHECK(input == nullptr);
    ReturnToken(output, {1, 2, 3});
  };
  const auto first = context->Step(std::nullopt);
  CHECK(first.Succeeded() && !first.value->done && first.value->attributes == 0x18);
  CHECK((first.value->token == Bytes{1, 2, 3}));
  // Without ISC_REQ_ALLOCATE_MEMORY.
  CHECK(secur32.target == L"HTTP/a" && secur32.requirements == 0x10);

  secur32.status = 0;
  secur32.on_step = [](abi::BufferList* input, abi::BufferList* output) {
    CHECK(input->version == 0 && input->count == 1 && input->buffers[0].type == abi::kToken);
    CHECK(input->buffers[0].size == 2 && std::memcmp(input->buffers[0].data, "\4\5", 2) == 0);
    ReturnToken(output, {});
  };
  const auto second = context->Step(Bytes{4, 5});
  CHECK(second.Succeeded() && second.value->done && second.value->token.empty());
  CHECK((secur32.calls == Calls{"Initialize", "Initialize again"}));
}

void TestServer() {
  const auto context = NewContext({Role::kServer, std::nullopt, 0x100 | 0x20, std::nullopt});
  secur32.on_step = [](abi::BufferList* input, abi::BufferList* output) {
    CHECK(input->count == 1 && input->buffers[0].size == 1);
    ReturnToken(output, Bytes(100, 9));
  };
  const auto answer = context->Step(Bytes{7});
  CHECK(answer.value->done && answer.value->token.size() == 100 &&
        answer.value->attributes == 0x28);
  CHECK((secur32.calls == Calls{"Accept"}) && secur32.requirements == 0x20);
}

void TestNoTarget() {
  const auto context = NewContext();
  CHECK(context->Step(std::nullopt).Succeeded());
  CHECK(secur32.target == L"none");
}

void TestEmptyToken() {
  for (const Role role : {Role::kClient, Role::kServer}) {
    ContextRequest request;
    request.role = role;
    const auto context = NewContext(request);
    secur32.on_step = [](abi::BufferList* input, abi::BufferList* output) {
      CHECK(input->count == 1 && input->buffers[0].size == 0);
      CHECK(input->buffers[0].data != nullptr);
      ReturnToken(output, {});
    };
    CHECK(context->Step(Bytes()).Succeeded());
  }
}

void CheckBindings(const abi::Buffer& buffer, const Bytes& data) {
  CHECK(buffer.type == abi::kChannelBindings && buffer.size == 32 + data.size());
  abi::ChannelBindings head;
  std::memcpy(&head, buffer.data, sizeof(head));
  CHECK(head.application_data_size == data.size() && head.application_data_offset == 32);
  CHECK(head.initiator_type == 0 && head.initiator_size == 0 && head.initiator_offset == 0);
  CHECK(head.acceptor_type == 0 && head.acceptor_size == 0 && head.acceptor_offset == 0);
  const auto* const start = static_cast<const uint8_t*>(buffer.data);
  CHECK(Bytes(start + 32, start + buffer.size) == data);
}

void TestChannelBindings() {
  for (const Bytes& data : {Bytes(), Bytes{1}, Bytes(65535, 3)}) {
    const auto context = NewContext({Role::kClient, std::nullopt, 0, data});
    secur32.status = abi::kContinueNeeded;
    secur32.on_step = [&](abi::BufferList* input, abi::BufferList* output) {
      CHECK(input->count == 1);
      CheckBindings(input->buffers[0], data);
      ReturnToken(output, {});
    };
    CHECK(context->Step(std::nullopt).Succeeded());
    secur32.on_step = [&](abi::BufferList* input, abi::BufferList* output) {
      CHECK(input->count == 2 && input->buffers[0].type == abi::kToken);
      CheckBindings(input->buffers[1], data);
      ReturnToken(output, {});
    };
    CHECK(context->Step(Bytes{1}).Succeeded());
  }
}

void TestCompletion() {
  const std::pair<abi::Status, bool> statuses[] = {{abi::kCompleteNeeded, true},
                                                   {abi::kCompleteAndContinue, false}};
  for (const auto& [status, done] : statuses) {
    auto context = NewContext();
    secur32.status = status;
    const auto answer = context->Step(std::nullopt);
    CHECK(answer.Succeeded() && answer.value->done == done);
    CHECK((secur32.calls == Calls{"Initialize", "Complete"}));
    for (const abi::Status failure : fake::Failures()) {
      context = NewContext();
      secur32.status = status;
      secur32.status_of_complete = failure;
      CHECK(context->Step(std::nullopt).status == static_cast<uint32_t>(failure));
    }
  }
}

void TestFirstStepsThatFail() {
  for (const Role role : {Role::kClient, Role::kServer}) {
    for (const abi::Status status : fake::Failures()) {
      ContextRequest request;
      request.role = role;
      const auto context = NewContext(request);
      secur32.status = status;
      secur32.on_step = [](auto*, abi::BufferList* output) { ReturnToken(output, {1}); };
      const auto answer = context->Step(Bytes{1});
      CHECK(answer.status == static_cast<uint32_t>(status) && !answer.value);
      // A status that is not negative creates a handle, which is released with the context.
      CHECK(fake::HandlesOutstanding() == (status < 0 ? 1 : 2));
    }
  }
}

void TestLaterStepsThatFail() {
  for (const abi::Status status : fake::Failures()) {
    auto context = NewContext();
    secur32.status = abi::kContinueNeeded;
    CHECK(context->Step(std::nullopt).Succeeded());
    secur32.status = status;
    CHECK(context->Step(Bytes{1}).status == static_cast<uint32_t>(status));
    CHECK(fake::HandlesOutstanding() == 2);
    secur32.calls.clear();
    context.reset();
    CHECK((secur32.calls == Calls{"Delete", "FreeCredentials"}));
  }
}

void TestInvalidSteps() {
  const std::function<void(abi::Buffer&)> corruptions[] = {
      [](auto& token) { token.size = 101; },
      [](auto& token) { token.size = 0xffffffff; },
      [](auto& token) { token.data = nullptr; },
      [](auto& token) { token.data = static_cast<uint8_t*>(token.data) + 1; },
  };
  for (const abi::Status status : {abi::kOk, abi::kContinueNeeded, abi::kCompleteNeeded}) {
    for (const auto& corrupt : corruptions) {
      const auto context = NewContext();
      secur32.status = status;
      secur32.on_step = [&](auto*, abi::BufferList* output) { corrupt(output->buffers[0]); };
      const auto answer = context->Step(std::nullopt);
      CHECK(answer.fault.has_value() && !answer.value);
    }
    const auto context = NewContext();
    secur32.status = status;
    secur32.creates_handles = false;
    CHECK(context->Step(std::nullopt).fault.has_value());
    CHECK((secur32.calls == Calls{"Initialize"}));
  }
  // Changes to the SecBufferDesc itself are ignored.
  const auto context = NewContext();
  secur32.on_step = [](auto*, abi::BufferList* output) {
    ReturnToken(output, {1});
    *output = {7, 1000000, nullptr};
  };
  CHECK(context->Step(std::nullopt).value->token == Bytes{1});
}

void TestFaultsOfSteps() {
  const auto fault = [](const std::function<void(abi::Buffer&)>& corrupt) {
    const auto context = NewContext();
    secur32.on_step = [&](auto*, abi::BufferList* output) { corrupt(output->buffers[0]); };
    return context->Step(std::nullopt).fault;
  };
  CHECK(fault([](auto& token) { token.size = 101; }) ==
        "the token is outside its buffer: 101 bytes, pointer at offset 0, buffer of 100 bytes");
  CHECK(fault([](auto& token) { token.data = nullptr; }) ==
        "the token is outside its buffer: 100 bytes, pointer NULL, buffer of 100 bytes");
}

void TestContextsKeepTheirCredentials() {
  secur32 = {};
  auto credentials = *AcquireCredentials(kSspi, L"Name", 2, std::nullopt).value;
  auto one = std::make_shared<Context>(credentials, ContextRequest());
  auto other = std::make_shared<Context>(credentials, ContextRequest());
  credentials.reset();
  CHECK(one->Step(std::nullopt).Succeeded() && other->Step(std::nullopt).Succeeded());
  secur32.calls.clear();
  one.reset();
  CHECK((secur32.calls == Calls{"Delete"}));
  other.reset();
  CHECK((secur32.calls == Calls{"Delete", "Delete", "FreeCredentials"}));
}

void TestContextWithoutSteps() {
  auto context = NewContext();
  context.reset();
  CHECK((secur32.calls == Calls{"FreeCredentials"}));
}

}  // namespace

int main() {
  TestHandshake();
  TestServer();
  TestNoTarget();
  TestEmptyToken();
  TestChannelBindings();
  TestCompletion();
  TestFirstStepsThatFail();
  TestLaterStepsThatFail();
  TestInvalidSteps();
  TestFaultsOfSteps();
  TestContextsKeepTheirCredentials();
  TestContextWithoutSteps();
  CHECK(fake::BlocksOutstanding() == 0 && fake::HandlesOutstanding() == 0);
  std::printf("%d checks passed\n", checks);
}
