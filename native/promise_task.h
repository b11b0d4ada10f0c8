#pragma once

#include <napi.h>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "convert.h"

namespace tokenbinding {

/// Runs work on libuv's thread pool and resolves a promise with its answer. The work must not touch
/// JavaScript.
template <typename Work>
class PromiseTask final : public Napi::AsyncWorker {
 public:
  static Napi::Promise Start(Napi::Env env, Work work) {
    std::unique_ptr<PromiseTask> task(new PromiseTask(env, std::move(work)));
    const Napi::Promise promise = task->deferred_.Promise();
    task->Queue();
    // The task deletes itself from here on.
    static_cast<void>(task.release());
    return promise;
  }

 private:
  PromiseTask(Napi::Env env, Work work)
      : AsyncWorker(env, "tokenbinding"), deferred_(env), work_(std::move(work)) {}

  void Execute() override { answer_.emplace(work_()); }
  void OnOK() override {
    try {
      deferred_.Resolve(ToObject(Env(), *answer_));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    } catch (const std::exception& error) {
      deferred_.Reject(Napi::Error::New(Env(), error.what()).Value());
    }
  }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

  Napi::Promise::Deferred deferred_;
  Work work_;
  std::optional<decltype(std::declval<Work>()())> answer_;
};

}  // namespace tokenbinding
