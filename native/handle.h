#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace tokenbinding {

/// An object of JavaScript that holds one handle of Windows, and that nobody but this copy of the
/// addon can make. What it holds lives until the object is closed or collected, and as long as C++
/// shares it. Two kinds of handles have two numbers.
template <typename Held, uint64_t Kind>
class Handle {
 public:
  static Napi::Object New(Napi::Env env, std::shared_ptr<Held> held) {
    auto handle = std::make_unique<Handle>(std::move(held));
    const Napi::Object object = Napi::Object::New(env);
    const napi_status status = napi_wrap(env, object, handle.get(), Collect, nullptr, nullptr);
    NAPI_THROW_IF_FAILED(env, status, object);
    // From here on it goes with the object.
    static_cast<void>(handle.release());
    Weigh(env, kWeight);
    const napi_type_tag tag = Tag();
    object.TypeTag(&tag);
    return object;
  }

  /// What it holds; nullptr once it is closed.
  static std::shared_ptr<Held> At(const Napi::CallbackInfo& info, size_t index) {
    return Unwrap(info, index).held_;
  }

  static void Close(const Napi::CallbackInfo& info, size_t index) {
    Unwrap(info, index).Release(info.Env());
  }

  explicit Handle(std::shared_ptr<Held> held) : held_(std::move(held)) {}

 private:
  /// What V8 is told of its size. It collects after 64 MiB of that: after a thousand forgotten
  /// ones, whatever they hold outside of this process.
  static constexpr int64_t kWeight = 0x10000;

  /// An address of its own is what no other copy of the addon in the process has.
  static napi_type_tag Tag() { return {Kind, reinterpret_cast<uintptr_t>(&Collect)}; }

  static Handle& Unwrap(const Napi::CallbackInfo& info, size_t index) {
    const Napi::Env env = info.Env();
    const Napi::Value value = info[index];
    const napi_type_tag tag = Tag();
    if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&tag)) {
      throw Napi::TypeError::New(env, "argument " + std::to_string(index) +
                                          " must be a handle of the kind that the call takes");
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
    if (held_ == nullptr) return;
    held_.reset();
    Weigh(env, -kWeight);
  }

  static void Weigh(napi_env env, int64_t change) {
    int64_t all = 0;
    napi_adjust_external_memory(env, change, &all);
  }

  std::shared_ptr<Held> held_;
};

}  // namespace tokenbinding
