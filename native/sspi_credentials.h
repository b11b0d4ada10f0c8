#pragma once

#include <memory>
#include <optional>
#include <string>

#include "answer.h"
#include "secret.h"
#include "sspi_owned.h"

namespace tokenbinding::sspi {

/// SEC_WINNT_AUTH_IDENTITY
struct Identity {
  std::u16string user;
  std::u16string domain;
  Secret<char16_t> password;
};

/// CredHandle. Safe on any thread.
struct Credentials {
  explicit Credentials(const Api& functions)
      : api(functions), handle(functions.free_credentials_handle) {}

  Api api;
  OwnedHandle handle;
  /// cbMaxToken of the package: the capacity for the token of a step.
  uint32_t max_token = 0;
};

/// Without an identity it acquires the credentials of the process's user. The identity's password
/// is overwritten before the function returns.
Answer<std::shared_ptr<Credentials>> AcquireCredentials(const Api& api, const std::wstring& package,
                                                        uint32_t use,
                                                        std::optional<Identity> identity);

}  // namespace tokenbinding::sspi
