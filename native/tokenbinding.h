#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "answer.h"
#include "tokenbinding_api.h"

/// The ten functions of tokenbinding.dll with values in place of its memory: each block that the
/// DLL allocates is copied and freed before the call returns. Safe on any thread.
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

/// The extension parameters of TokenBindingGenerateBinding. No version has one for the size.
struct Extension {
  /// 0 is TOKENBINDING_EXTENSION_FORMAT_UNDEFINED, the only format that is defined.
  uint32_t format = 0;
  /// Passed as nullptr if it is empty.
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
Answer<Unit> DeleteBinding(const Api& api, const std::wstring& target_url);
Answer<Unit> DeleteAllBindings(const Api& api);
Answer<Result> GenerateId(const Api& api, uint32_t key_type, const Bytes& public_key);
/// Must only be called if the DLL has the function.
Answer<Result> GenerateIdForUri(const Api& api, uint32_t key_type, const std::wstring& target_uri);
Answer<Version> GetHighestSupportedVersion(const Api& api);

}  // namespace tokenbinding
