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

/// Each copies a result of the DLL and returns the fault of an invalid one. `name` is the field's
/// name in sspi.h.
Fault CopyText(const char* name, const wchar_t* text, std::wstring& copy);
Fault CopyOptionalText(const char* name, const wchar_t* text, std::wstring& copy);
Fault CopyPackage(const abi::PackageInfo* info, PackageInfo& copy);

}  // namespace tokenbinding::sspi
