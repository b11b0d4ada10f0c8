#include <napi.h>

#include "convert.h"
#include "exports.h"
#include "library.h"
#include "sspi_api.h"
#include "sspi_exports.h"
#include "tokenbinding_api.h"

namespace tokenbinding {
namespace {

/// What there is to say of a DLL that is not there, `{ absence }`, or does not load,
/// `{ failed, error }`; or nothing.
bool IsLoaded(const Loading& loading, Napi::Object opening) {
  if (loading.missing) {
    opening.Set("absence", "library-missing");
  } else if (loading.failed != nullptr) {
    opening.Set("failed", loading.failed);
    opening.Set("error", Napi::Number::New(opening.Env(), loading.error));
  } else {
    return true;
  }
  return false;
}

/// `openTokenBinding(path?)`: the calls over the tokenbinding.dll of System32, or the one at a full
/// path, as `{ path, calls }`; `{ absence, missing? }` for one that lacks functions.
Napi::Value OpenTokenBinding(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object opening = Napi::Object::New(env);
  const Loading loading = info[0].IsUndefined() ? LoadSystemLibrary(L"tokenbinding.dll")
                                                : LoadLibraryAt(StringAt(info, 0));
  if (!IsLoaded(loading, opening)) return opening;
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

/// `openSspi()`: the calls over the secur32.dll of System32, likewise.
Napi::Value OpenSspi(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object opening = Napi::Object::New(env);
  const Loading loading = LoadSystemLibrary(L"secur32.dll");
  if (!IsLoaded(loading, opening)) return opening;
  const sspi::Lookup lookup = sspi::FindFunctions(loading.library);
  if (lookup.missing != nullptr) {
    opening.Set("absence", "symbol-missing");
    opening.Set("missing", lookup.missing);
  } else {
    opening.Set("path", ToValue(env, loading.library.path));
    opening.Set("calls", sspi::Exports(env, lookup.api));
  }
  return opening;
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
