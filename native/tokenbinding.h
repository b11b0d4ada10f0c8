#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "answer.h"
#include "tokenbinding_api.h"

/// The ten calls of tokenbinding.dll, with its memory turned into values: every block it gives is
/// copied and freed before the call returns. Safe on any thread.
namespace tokenbinding {

/// TOKENBINDING_RESULT_DATA
struct Result {
  uint32_t binding_type = 0;
  /// A TokenBindingID (RFC 8471 3.2).
  Bytes identifier;
  Bytes extension_data;
};

struct GeneratedBinding {
  Bytes token_binding;
  Result result;
};

struct Version {
  uint8_t major = 0;
  uint8_t minor = 0;
};

/// What TokenBindingGenerateBinding is told of extensions. It takes no size, in any version.
struct Extension {
  /// 0 is TOKENBINDING_EXTENSION_FORMAT_UNDEFINED, the only format there is.
  uint32_t format = 0;
  /// No bytes are no argument.
  Bytes data;
};

Answer<GeneratedBinding> GenerateBinding(const Api& api, uint32_t key_type,
                                         const std::wstring& target_url, uint32_t binding_type,
                                         const Bytes& ekm, const Extension& extension);
Answer<Bytes> GenerateMessage(const Api& api, const std::vector<Bytes>& token_bindings);
Answer<std::vector<Result>> VerifyMessage(const Api& api, const Bytes& message, uint32_t key_type,
                                          const Bytes& ekm);
Answer<std::vector<uint32_t>> GetKeyTypesClient(const Api& api);
Answer<std::vector<uint32_t>> GetKeyTypesServer(const Api& api);
Answer<Nothing> DeleteBinding(const Api& api, const std::wstring& target_url);
Answer<Nothing> DeleteAllBindings(const Api& api);
Answer<Result> GenerateId(const Api& api, uint32_t key_type, const Bytes& public_key);
/// Only where the DLL has the function.
Answer<Result> GenerateIdForUri(const Api& api, uint32_t key_type, const std::wstring& target_uri);
Answer<Version> GetHighestSupportedVersion(const Api& api);

}  // namespace tokenbinding
