#include "sspi_package.h"

#include "readable.h"
#include "sspi_owned.h"

namespace tokenbinding::sspi {
namespace {

/// Windows has about a dozen.
constexpr uint32_t kMostPackages = 1024;
/// UNICODE_STRING has 16 bits for its size in bytes.
constexpr size_t kLongestText = 0x7fff;

const char* CopyPackages(const abi::PackageInfo* list, uint32_t count,
                         std::vector<PackageInfo>& copies) {
  if (count > kMostPackages) return "cPackages is too large";
  if (!IsReadable(list, count * sizeof(abi::PackageInfo))) return "it gave no packages";
  for (uint32_t index = 0; index < count; index++) {
    PackageInfo copy;
    const char* const fault = CopyPackage(&list[index], copy);
    if (fault != nullptr) return fault;
    copies.push_back(std::move(copy));
  }
  return nullptr;
}

}  // namespace

const char* CopyText(const wchar_t* text, std::wstring& copy) {
  if (!IsReadable(text, sizeof(wchar_t))) return "it gave no text where there has to be one";
  size_t length = 0;
  while (text[length] != L'\0') {
    if (length == kLongestText) return "it gave a text without an end";
    length++;
  }
  copy.assign(text, length);
  return nullptr;
}

const char* CopyPackage(const abi::PackageInfo* info, PackageInfo& copy) {
  if (!IsReadable(info, sizeof(abi::PackageInfo))) return "it gave no package";
  copy.capabilities = info->capabilities;
  copy.version = info->version;
  copy.rpc_id = info->rpc_id;
  copy.max_token = info->max_token;
  // Packages of others need not have one.
  if (info->comment != nullptr) {
    const char* const fault = CopyText(info->comment, copy.comment);
    if (fault != nullptr) return fault;
  }
  return CopyText(info->name, copy.name);
}

Answer<std::vector<PackageInfo>> EnumerateSecurityPackages(const Api& api) {
  uint32_t count = 0;
  abi::PackageInfo* list = nullptr;
  auto answer = Answered<std::vector<PackageInfo>>(api.enumerate_security_packages(&count, &list));
  const ContextBuffer memory(api, list);
  if (answer.Succeeded()) answer.fault = CopyPackages(list, count, answer.value);
  return answer;
}

Answer<PackageInfo> QuerySecurityPackageInfo(const Api& api, const std::wstring& name) {
  abi::PackageInfo* info = nullptr;
  auto answer = Answered<PackageInfo>(api.query_security_package_info(name.c_str(), &info));
  const ContextBuffer memory(api, info);
  if (answer.Succeeded()) answer.fault = CopyPackage(info, answer.value);
  return answer;
}

}  // namespace tokenbinding::sspi
