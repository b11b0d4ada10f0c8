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

/// What a context is begun with.
struct ContextRequest {
  enum class Role { kClient, kServer };
  Role role = Role::kClient;
  /// Of a client; nullptr to the DLL without one.
  std::optional<std::wstring> target;
  /// ISC_REQ_ or ASC_REQ_ bits.
  uint32_t requirements = 0;
  /// application_data
  std::optional<Bytes> channel_bindings;
};

/// What a step that did not fail gave.
struct Step {
  bool done = false;
  /// To be sent to the other side; may be empty.
  Bytes token;
  /// ISC_RET_ or ASC_RET_ bits.
  uint32_t attributes = 0;
};

/// What a message became that came from the other side.
struct Received {
  Message message;
  /// Quality of protection, as the sender chose it.
  uint32_t qop = 0;
};

/// CtxtHandle, with the credentials that it needs. Safe on any thread: nothing else happens during
/// a step, and of the message calls there is one at a time in each direction. Before the first step
/// the others answer with SEC_E_INVALID_HANDLE.
class Context {
 public:
  Context(std::shared_ptr<Credentials> credentials, const ContextRequest& request);

  /// InitializeSecurityContext or AcceptSecurityContext, and CompleteAuthToken where that is asked
  /// for. Without a token there is no SECBUFFER_TOKEN.
  Answer<Step> Take(std::optional<Bytes> token);

  /// The last buffer as the call left it: the signature.
  Answer<Bytes> MakeSignature(uint32_t qop, Message message, uint32_t sequence);
  /// The quality of protection.
  Answer<uint32_t> VerifySignature(Message message, uint32_t sequence);
  /// The message as the call left it; so in the next one.
  Answer<Message> EncryptMessage(uint32_t qop, Message message, uint32_t sequence);
  Answer<Received> DecryptMessage(Message message, uint32_t sequence);

  /// QueryContextAttributes, with one of the structures that have its number.
  template <typename Attribute>
  abi::Status Query(Attribute& attribute) {
    return Query(Attribute::kAttribute, &attribute);
  }

  const Api& Functions() const { return credentials_->api; }

 private:
  abi::Status Call(abi::BufferList& input, abi::BufferList& output, uint32_t& attributes);
  abi::Status Query(uint32_t attribute, void* values);
  Answer<Message> Protect(abi::Protect protect, uint32_t qop, Message message, uint32_t sequence);
  Answer<Received> Unprotect(abi::Unprotect unprotect, Message message, uint32_t sequence);

  /// Before the handle, which is released before they are.
  std::shared_ptr<Credentials> credentials_;
  ContextRequest::Role role_;
  std::optional<std::wstring> target_;
  uint32_t requirements_;
  /// SEC_CHANNEL_BINDINGS with its data; empty where there are none.
  Bytes channel_bindings_;
  OwnedHandle handle_;

  std::shared_mutex handshake_;
  std::mutex outgoing_;
  std::mutex incoming_;
};

}  // namespace tokenbinding::sspi
