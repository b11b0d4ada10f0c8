#pragma once

#include <string>
#include <vector>

#include "answer.h"
#include "sspi_api.h"

namespace tokenbinding::sspi {

/// SecPkgInfo
struct PackageInfo {
  uint32_t capabilities = 0;
  uint16_t version = 0;
  uint16_t rpc_id = 0;
  uint32_t max_token = 0;
  std::wstring name;
  std::wstring comment;
};

Answer<std::vector<PackageInfo>> EnumerateSecurityPackages(const Api& api);
Answer<PackageInfo> QuerySecurityPackageInfo(const Api& api, const std::wstring& name);

/// Copies what the DLL gave; each returns what is misshapen in it, or nullptr.
const char* CopyText(const wchar_t* text, std::wstring& copy);
const char* CopyPackage(const abi::PackageInfo* info, PackageInfo& copy);

}  // namespace tokenbinding::sspi
