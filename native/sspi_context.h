#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "answer.h"
#include "sspi_credentials.h"
#include "sspi_message.h"

namespace tokenbinding::sspi {

/// The parameters of a new context.
struct ContextRequest {
  enum class Role { kClient, kServer };
  Role role = Role::kClient;
  /// Of a client; passed as nullptr if it is missing.
  std::optional<std::wstring> target;
  /// ISC_REQ_ or ASC_REQ_ bits.
  uint32_t requirements = 0;
  /// application_data
  std::optional<Bytes> channel_bindings;
};

/// The result of a step that succeeded.
struct StepResult {
  bool done = false;
  /// The token for the peer; may be empty.
  Bytes token;
  /// ISC_RET_ or ASC_RET_ bits.
  uint32_t attributes = 0;
};

/// A message of the peer after VerifySignature or DecryptMessage.
struct UnprotectedMessage {
  Message message;
  /// The quality of protection that the sender chose.
  uint32_t qop = 0;
};

/// CtxtHandle, with the credentials that it needs. Safe on any thread: no other call runs during a
/// step, and message calls run one at a time in each direction. Before the first step all other
/// calls return SEC_E_INVALID_HANDLE.
class Context {
 public:
  Context(std::shared_ptr<Credentials> credentials, const ContextRequest& request);

  /// Calls InitializeSecurityContext or AcceptSecurityContext, and CompleteAuthToken if the status
  /// asks for it. Without a token the call has no SECBUFFER_TOKEN.
  Answer<StepResult> Step(std::optional<Bytes> token);

  /// Returns the last buffer after the call: the signature.
  Answer<Bytes> MakeSignature(uint32_t qop, Message message, uint32_t sequence);
  /// Returns the quality of protection.
  Answer<uint32_t> VerifySignature(Message message, uint32_t sequence);
  /// Returns the message after the call, as DecryptMessage does.
  Answer<Message> EncryptMessage(uint32_t qop, Message message, uint32_t sequence);
  Answer<UnprotectedMessage> DecryptMessage(Message message, uint32_t sequence);

  /// Calls QueryContextAttributes with the number of the structure.
  template <typename Attribute>
  abi::Status Query(Attribute& attribute) {
    return Query(Attribute::kAttribute, &attribute);
  }

  const Api& Functions() const { return credentials_->api; }

 private:
  abi::Status Call(abi::BufferList& input, abi::BufferList& output, uint32_t& attributes);
  abi::Status Query(uint32_t attribute, void* values);
  Answer<Message> Protect(abi::Protect protect, uint32_t qop, Message message, uint32_t sequence);
  Answer<UnprotectedMessage> Unprotect(abi::Unprotect unprotect, Message message,
                                       uint32_t sequence);

  /// Declared before the handle, so that the handle is released first.
  std::shared_ptr<Credentials> credentials_;
  ContextRequest::Role role_;
  std::optional<std::wstring> target_;
  uint32_t requirements_;
  /// SEC_CHANNEL_BINDINGS with its data; empty without channel bindings.
  Bytes channel_bindings_;
  OwnedHandle handle_;

  std::shared_mutex handshake_;
  std::mutex outgoing_;
  std::mutex incoming_;
};

}  // namespace tokenbinding::sspi
