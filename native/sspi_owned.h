#pragma once

#include <memory>

#include "sspi_api.h"

/// What secur32.dll gives: adopted on the line after the call, and released once.
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

  /// In place of the one that it has, which the call has taken back.
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

/// Memory that FreeContextBuffer takes back.
using ContextBuffer = std::unique_ptr<void, abi::FreeContextBuffer>;

}  // namespace tokenbinding::sspi
