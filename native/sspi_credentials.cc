#include "sspi_credentials.h"

#include "sspi_package.h"

namespace tokenbinding::sspi {
namespace {

/// The largest of Windows' own packages is below 0x20000.
constexpr uint32_t kMaxTokenSize = 0x100000;

uint32_t Size(size_t size) { return static_cast<uint32_t>(size); }

/// No pointer in it is nullptr: nullptr would mean the user of the process.
abi::Identity ToAbi(const Identity& identity) {
  return {identity.user.c_str(),
          Size(identity.user.size()),
          identity.domain.c_str(),
          Size(identity.domain.size()),
          identity.password.Data(),
          Size(identity.password.Size()),
          abi::kUnicode};
}

}  // namespace

Answer<std::shared_ptr<Credentials>> AcquireCredentials(const Api& api, const std::wstring& package,
                                                        uint32_t use,
                                                        std::optional<Identity> identity) {
  // Moved out of the parameter, which some compilers keep alive until the caller's expression ends.
  const std::optional<Identity> own = std::move(identity);
  Answer<std::shared_ptr<Credentials>> answer;
  const auto info = QuerySecurityPackageInfo(api, package);
  answer.status = info.status;
  answer.fault = info.fault;
  if (!info.Succeeded()) return answer;
  answer.fault = CheckAtMost("cbMaxToken", info.value->max_token, kMaxTokenSize);
  if (answer.fault) return answer;
  auto credentials = std::make_shared<Credentials>(api);
  credentials->max_token = info.value->max_token;
  const abi::Identity abi_identity = own ? ToAbi(*own) : abi::Identity();
  abi::Handle handle;
  abi::TimeStamp expiry;
  const abi::Status status = api.acquire_credentials_handle(nullptr, package.c_str(), use, nullptr,
                                                            own ? &abi_identity : nullptr, nullptr,
                                                            nullptr, &handle, &expiry);
  if (status >= 0) credentials->handle.Adopt(handle);
  return FromStatus<std::shared_ptr<Credentials>>(status, [&](auto& acquired) {
    if (!credentials->handle.IsSet()) return Fault("it returned no credentials");
    acquired = std::move(credentials);
    return Fault();
  });
}

}  // namespace tokenbinding::sspi
