#pragma once

#include <memory>

#include "sspi_api.h"

/// Owners of the handles and memory of secur32.dll. Each resource is adopted on the line after the
/// call and released once.
namespace tokenbinding::sspi {

/// A CredHandle or CtxtHandle.
class OwnedHandle {
 public:
  explicit OwnedHandle(abi::Release release) noexcept : release_(release) {}
  ~OwnedHandle() {
    if (IsSet()) release_(&handle_);
  }

  OwnedHandle(const OwnedHandle&) = delete;
  OwnedHandle& operator=(const OwnedHandle&) = delete;
  OwnedHandle(OwnedHandle&&) = delete;
  OwnedHandle& operator=(OwnedHandle&&) = delete;

  /// Replaces the handle. The call that returned the new one has released the old one.
  void Adopt(const abi::Handle& handle) { handle_ = handle; }

  bool IsSet() const {
    const abi::Handle none;
    return handle_.lower != none.lower || handle_.upper != none.upper;
  }

  abi::Handle* Get() { return &handle_; }

 private:
  abi::Release release_;
  abi::Handle handle_;
};

/// Memory that FreeContextBuffer frees.
using ContextBuffer = std::unique_ptr<void, abi::FreeContextBuffer>;

}  // namespace tokenbinding::sspi
