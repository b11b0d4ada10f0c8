#include "sspi_context.h"

#include <cstring>
#include <utility>

namespace tokenbinding::sspi {
namespace {

using ExclusiveLock = std::unique_lock<std::shared_mutex>;
using SharedLock = std::shared_lock<std::shared_mutex>;

Bytes EncodeChannelBindings(const Bytes& application_data) {
  abi::ChannelBindings head;
  head.application_data_size = static_cast<uint32_t>(application_data.size());
  head.application_data_offset = sizeof(head);
  Bytes structure(sizeof(head));
  std::memcpy(structure.data(), &head, sizeof(head));
  structure.insert(structure.end(), application_data.begin(), application_data.end());
  return structure;
}

abi::Buffer BufferOf(Bytes& bytes, uint32_t type) {
  return {static_cast<uint32_t>(bytes.size()), type, bytes.data()};
}

Fault CheckToken(const abi::Buffer& token, const Bytes& given) {
  if (token.size == 0) return std::nullopt;
  if (token.data == given.data() && token.size <= given.size()) return std::nullopt;
  return "the token is outside its buffer: " + std::to_string(token.size) + " bytes, pointer " +
         DescribePointer(given.data(), given.size(), token.data) + ", buffer of " +
         std::to_string(given.size()) + " bytes";
}

}  // namespace

Context::Context(std::shared_ptr<Credentials> credentials, const ContextRequest& request)
    : credentials_(std::move(credentials)),
      role_(request.role),
      target_(request.target),
      // The caller of the DLL allocates the memory of tokens.
      requirements_(request.requirements & ~abi::kAllocateMemory),
      handle_(credentials_->api.delete_security_context) {
  if (request.channel_bindings)
    channel_bindings_ = EncodeChannelBindings(*request.channel_bindings);
}

Answer<StepResult> Context::Step(std::optional<Bytes> token) {
  const ExclusiveLock lock(handshake_);
  std::vector<abi::Buffer> inputs;
  // An empty token must not be passed as nullptr.
  if (token) token->reserve(1);
  if (token) inputs.push_back(BufferOf(*token, abi::kToken));
  if (!channel_bindings_.empty()) {
    inputs.push_back(BufferOf(channel_bindings_, abi::kChannelBindings));
  }
  abi::BufferList input = {0, static_cast<uint32_t>(inputs.size()), inputs.data()};
  Bytes memory(credentials_->max_token);
  abi::Buffer output_token = BufferOf(memory, abi::kToken);
  abi::BufferList output = {0, 1, &output_token};
  uint32_t attributes = 0;
  const abi::Status status = Call(input, output, attributes);

  const bool done = status == abi::kOk || status == abi::kCompleteNeeded;
  const bool complete = status == abi::kCompleteNeeded || status == abi::kCompleteAndContinue;
  const bool succeeded = done || complete || status == abi::kContinueNeeded;
  abi::Status final_status = succeeded ? abi::kOk : status;
  if (complete && handle_.IsSet()) {
    final_status = Functions().complete_auth_token(handle_.Get(), &output);
  }
  return FromStatus<StepResult>(final_status, [&](StepResult& step) {
    if (!handle_.IsSet()) return Fault("it returned no context");
    Fault fault = CheckToken(output_token, memory);
    if (fault) return fault;
    memory.resize(output_token.size);
    step = {done, std::move(memory), attributes};
    return Fault();
  });
}

abi::Status Context::Call(abi::BufferList& input, abi::BufferList& output, uint32_t& attributes) {
  const Api& api = Functions();
  abi::Handle* const credentials = credentials_->handle.Get();
  abi::Handle* const context = handle_.IsSet() ? handle_.Get() : nullptr;
  abi::BufferList* const inputs = input.count == 0 ? nullptr : &input;
  abi::Handle next = *handle_.Get();
  abi::TimeStamp expiry;
  const abi::Status status =
      role_ == ContextRequest::Role::kClient
          ? api.initialize_security_context(
                credentials, context, target_ ? target_->c_str() : nullptr, requirements_, 0,
                abi::kNativeData, inputs, 0, &next, &output, &attributes, &expiry)
          : api.accept_security_context(credentials, context, inputs, requirements_,
                                        abi::kNativeData, &next, &output, &attributes, &expiry);
  // A call that fails creates no context and keeps the existing one.
  if (status >= 0) handle_.Adopt(next);
  return status;
}

Answer<Bytes> Context::MakeSignature(uint32_t qop, Message message, uint32_t sequence) {
  const auto made = Protect(Functions().make_signature, qop, std::move(message), sequence);
  return Map(made, [](const Message& signed_message) {
    const Message::Part signature = signed_message.Parts().back();
    return Bytes(signature.data, signature.data + signature.size);
  });
}

Answer<uint32_t> Context::VerifySignature(Message message, uint32_t sequence) {
  const auto verified = Unprotect(Functions().verify_signature, std::move(message), sequence);
  return Map(verified, [](const UnprotectedMessage& received) { return received.qop; });
}

Answer<Message> Context::EncryptMessage(uint32_t qop, Message message, uint32_t sequence) {
  return Protect(Functions().encrypt_message, qop, std::move(message), sequence);
}

Answer<UnprotectedMessage> Context::DecryptMessage(Message message, uint32_t sequence) {
  return Unprotect(Functions().decrypt_message, std::move(message), sequence);
}

abi::Status Context::Query(uint32_t attribute, void* values) {
  const SharedLock lock(handshake_);
  if (!handle_.IsSet()) return abi::kInvalidHandle;
  return Functions().query_context_attributes(handle_.Get(), attribute, values);
}

Answer<Message> Context::Protect(abi::Protect protect, uint32_t qop, Message message,
                                 uint32_t sequence) {
  const SharedLock lock(handshake_);
  if (!handle_.IsSet()) return FromFailure<Message>(abi::kInvalidHandle);
  const std::lock_guard<std::mutex> direction(outgoing_);
  abi::BufferList list = message.List();
  const abi::Status status = protect(handle_.Get(), qop, &list, sequence);
  return FromStatus<Message>(status, [&](Message& made) {
    made = std::move(message);
    return made.CheckBuffers();
  });
}

Answer<UnprotectedMessage> Context::Unprotect(abi::Unprotect unprotect, Message message,
                                              uint32_t sequence) {
  const SharedLock lock(handshake_);
  if (!handle_.IsSet()) return FromFailure<UnprotectedMessage>(abi::kInvalidHandle);
  const std::lock_guard<std::mutex> direction(incoming_);
  abi::BufferList list = message.List();
  uint32_t qop = 0;
  const abi::Status status = unprotect(handle_.Get(), &list, sequence, &qop);
  return FromStatus<UnprotectedMessage>(status, [&](UnprotectedMessage& received) {
    received = {std::move(message), qop};
    return received.message.CheckBuffers();
  });
}

}  // namespace tokenbinding::sspi
