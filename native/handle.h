#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace tokenbinding {

/// A JavaScript object that owns a handle of Windows. Only this copy of the addon can create one.
/// The resource lives until the object is closed or collected and C++ no longer shares it. Each
/// type of resource has its own number as `Kind`.
template <typename Resource, uint64_t Kind>
class Handle {
 public:
  static Napi::Object New(Napi::Env env, std::shared_ptr<Resource> resource) {
    auto handle = std::make_unique<Handle>(std::move(resource));
    const Napi::Object object = Napi::Object::New(env);
    const napi_status status = napi_wrap(env, object, handle.get(), Collect, nullptr, nullptr);
    NAPI_THROW_IF_FAILED(env, status, object);
    // The object owns it from here on.
    static_cast<void>(handle.release());
    AdjustExternalMemory(env, kExternalMemory);
    const napi_type_tag tag = Tag();
    object.TypeTag(&tag);
    return object;
  }

  /// Returns the resource; nullptr after the object was closed.
  static std::shared_ptr<Resource> At(const Napi::CallbackInfo& info, size_t index) {
    return Unwrap(info, index).resource_;
  }

  static void Close(const Napi::CallbackInfo& info, size_t index) {
    Unwrap(info, index).Release(info.Env());
  }

  explicit Handle(std::shared_ptr<Resource> resource) : resource_(std::move(resource)) {}

 private:
  /// The size that is reported to V8. V8 collects after 64 MiB of external memory, so after a
  /// thousand handles that were not closed. Their memory in other processes is unknown.
  static constexpr int64_t kExternalMemory = 0x10000;

  /// The address differs in every other copy of the addon in this process.
  static napi_type_tag Tag() { return {Kind, reinterpret_cast<uintptr_t>(&Collect)}; }

  static Handle& Unwrap(const Napi::CallbackInfo& info, size_t index) {
    const Napi::Env env = info.Env();
    const Napi::Value value = info[index];
    const napi_type_tag tag = Tag();
    if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&tag)) {
      throw Napi::TypeError::New(env, "argument " + std::to_string(index) +
                                          " must be a handle of the type that the call takes");
    }
    void* handle = nullptr;
    const napi_status status = napi_unwrap(env, value, &handle);
    if (status != napi_ok) throw Napi::Error::New(env);
    return *static_cast<Handle*>(handle);
  }

  static void Collect(napi_env env, void* data, void*) {
    const std::unique_ptr<Handle> handle(static_cast<Handle*>(data));
    handle->Release(env);
  }

  void Release(napi_env env) {
    if (resource_ == nullptr) return;
    resource_.reset();
    AdjustExternalMemory(env, -kExternalMemory);
  }

  static void AdjustExternalMemory(napi_env env, int64_t change) {
    int64_t total = 0;
    napi_adjust_external_memory(env, change, &total);
  }

  std::shared_ptr<Resource> resource_;
};

}  // namespace tokenbinding
