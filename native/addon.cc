#include <napi.h>

#include "convert.h"
#include "exports.h"
#include "library.h"
#include "sspi_api.h"
#include "sspi_exports.h"
#include "tokenbinding_api.h"

namespace tokenbinding {
namespace {

/// What a DLL was opened for: `{ path, calls }`; `{ absence, missing? }` for one that is not there,
/// is too old or lacks functions; `{ failed, error }` for one that is there and does not load.
template <typename Api>
Napi::Value Open(Napi::Env env, const Loading& loading, Lookup<Api> (*find)(const Library&),
                 Napi::Object (*calls)(Napi::Env, const Api&)) {
  Napi::Object opening = Napi::Object::New(env);
  if (loading.missing) {
    opening.Set("reason", "library-missing");
    return opening;
  }
  if (loading.failed != nullptr) {
    opening.Set("failed", loading.failed);
    opening.Set("error", Napi::Number::New(env, loading.error));
    return opening;
  }
  const Lookup<Api> lookup = find(loading.library);
  if (lookup.too_old) {
    opening.Set("reason", "library-too-old");
  } else if (lookup.missing != nullptr) {
    opening.Set("reason", "symbol-missing");
    opening.Set("missing", lookup.missing);
  } else {
    opening.Set("path", ToValue(env, loading.library.path));
    opening.Set("calls", calls(env, lookup.api));
  }
  return opening;
}

/// `openTokenBinding(path?)`: the tokenbinding.dll of System32, or the one at a full path.
Napi::Value OpenTokenBinding(const Napi::CallbackInfo& info) {
  const Loading loading = info[0].IsUndefined() ? LoadSystemLibrary(L"tokenbinding.dll")
                                                : LoadLibraryAt(StringAt(info, 0));
  return Open(info.Env(), loading, FindFunctions, Exports);
}

/// `openSspi()`: the secur32.dll of System32.
Napi::Value OpenSspi(const Napi::CallbackInfo& info) {
  return Open(info.Env(), LoadSystemLibrary(L"secur32.dll"), sspi::FindFunctions, sspi::Exports);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("openTokenBinding", Napi::Function::New(env, OpenTokenBinding, "openTokenBinding"));
  exports.Set("openSspi", Napi::Function::New(env, OpenSspi, "openSspi"));
  return exports;
}

}  // namespace
}  // namespace tokenbinding

using tokenbinding::Init;
NODE_API_MODULE(tokenbinding, Init)
