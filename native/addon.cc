#include <napi.h>

#include "convert.h"
#include "exports.h"
#include "library.h"
#include "tokenbinding_api.h"

namespace {

/// `openTokenBinding(path?)`: the calls over the tokenbinding.dll of System32, or the one at a full
/// path, as `{ path, calls }`. Where it is absent `{ absence, missing? }`, where it does not load
/// `{ failed, error }`.
Napi::Value OpenTokenBinding(const Napi::CallbackInfo& info) {
  using namespace tokenbinding;
  const Napi::Env env = info.Env();
  Napi::Object opening = Napi::Object::New(env);
  const Loading loading = info[0].IsUndefined() ? LoadSystemLibrary(L"tokenbinding.dll")
                                                : LoadLibraryAt(StringAt(info, 0));
  if (loading.missing) {
    opening.Set("absence", "library-missing");
    return opening;
  }
  if (loading.failed != nullptr) {
    opening.Set("failed", loading.failed);
    opening.Set("error", Napi::Number::New(env, loading.error));
    return opening;
  }
  const Lookup lookup = FindFunctions(loading.library);
  if (lookup.too_old) {
    opening.Set("absence", "library-too-old");
  } else if (lookup.missing != nullptr) {
    opening.Set("absence", "symbol-missing");
    opening.Set("missing", lookup.missing);
  } else {
    opening.Set("path", ToValue(env, loading.library.path));
    opening.Set("calls", Exports(env, lookup.api));
  }
  return opening;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("openTokenBinding", Napi::Function::New(env, OpenTokenBinding, "openTokenBinding"));
  return exports;
}

}  // namespace

NODE_API_MODULE(tokenbinding, Init)
