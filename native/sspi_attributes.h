#pragma once

#include "sspi_context.h"
#include "sspi_package.h"

/// QueryContextAttributes with values in place of its memory: each block that it allocates is
/// copied and freed before the call returns.
namespace tokenbinding::sspi {

/// SecPkgContext_Sizes
struct Sizes : abi::Sizes {};

/// SecPkgContext_KeyInfo
struct KeyInfo {
  std::wstring signature_algorithm_name;
  std::wstring encrypt_algorithm_name;
  uint32_t key_size = 0;
  uint32_t signature_algorithm = 0;
  uint32_t encrypt_algorithm = 0;
};

/// SecPkgContext_NegotiationInfo
struct NegotiationInfo {
  PackageInfo package;
  uint32_t state = 0;
};

Answer<Sizes> QuerySizes(Context& context);
Answer<std::wstring> QueryNames(Context& context);
Answer<KeyInfo> QueryKeyInfo(Context& context);
Answer<Secret<uint8_t>> QuerySessionKey(Context& context);
Answer<PackageInfo> QueryPackageInfo(Context& context);
Answer<NegotiationInfo> QueryNegotiationInfo(Context& context);
Answer<uint32_t> QueryFlags(Context& context);

}  // namespace tokenbinding::sspi
