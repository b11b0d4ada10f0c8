#include "sspi_package.h"

#include "readable.h"
#include "sspi_owned.h"

namespace tokenbinding::sspi {
namespace {

/// Windows has about a dozen packages.
constexpr uint32_t kMaxPackages = 1024;
/// UNICODE_STRING stores its size in bytes in 16 bits.
constexpr size_t kMaxTextLength = 0x7fff;

Fault CopyPackages(const abi::PackageInfo* list, uint32_t count, std::vector<PackageInfo>& copies) {
  Fault fault = CheckAtMost("cPackages", count, kMaxPackages);
  if (fault) return fault;
  if (!IsReadable(list, count * sizeof(abi::PackageInfo))) {
    return "cPackages is " + std::to_string(count) + ", but the array cannot be read";
  }
  for (uint32_t index = 0; index < count; index++) {
    PackageInfo copy;
    fault = CopyPackage(&list[index], copy);
    if (fault) return "package " + std::to_string(index) + ": " + *fault;
    copies.push_back(std::move(copy));
  }
  return std::nullopt;
}

}  // namespace

Fault CopyText(const char* name, const wchar_t* text, std::wstring& copy) {
  if (text == nullptr) return std::string(name) + " is NULL";
  if (!IsReadable(text, sizeof(wchar_t))) return std::string(name) + " cannot be read";
  size_t length = 0;
  while (text[length] != L'\0') {
    if (length == kMaxTextLength) {
      return std::string(name) + " has no terminator within " + std::to_string(length) +
             " characters";
    }
    length++;
  }
  copy.assign(text, length);
  return std::nullopt;
}

Fault CopyOptionalText(const char* name, const wchar_t* text, std::wstring& copy) {
  return text == nullptr ? std::nullopt : CopyText(name, text, copy);
}

Fault CopyPackage(const abi::PackageInfo* info, PackageInfo& copy) {
  if (info == nullptr) return "it returned no package";
  if (!IsReadable(info, sizeof(abi::PackageInfo))) return "the package cannot be read";
  copy.capabilities = info->capabilities;
  copy.version = info->version;
  copy.rpc_id = info->rpc_id;
  copy.max_token = info->max_token;
  // Third-party packages may have no comment.
  Fault fault = CopyOptionalText("Comment", info->comment, copy.comment);
  if (!fault) fault = CopyText("Name", info->name, copy.name);
  return fault;
}

Answer<std::vector<PackageInfo>> EnumerateSecurityPackages(const Api& api) {
  uint32_t count = 0;
  abi::PackageInfo* list = nullptr;
  const abi::Status status = api.enumerate_security_packages(&count, &list);
  const ContextBuffer memory(list, api.free_context_buffer);
  return FromStatus<std::vector<PackageInfo>>(
      status, [&](auto& packages) { return CopyPackages(list, count, packages); });
}

Answer<PackageInfo> QuerySecurityPackageInfo(const Api& api, const std::wstring& name) {
  abi::PackageInfo* info = nullptr;
  const abi::Status status = api.query_security_package_info(name.c_str(), &info);
  const ContextBuffer memory(info, api.free_context_buffer);
  return FromStatus<PackageInfo>(status, [&](auto& package) { return CopyPackage(info, package); });
}

}  // namespace tokenbinding::sspi
