#include <napi.h>

#include "convert.h"
#include "exports.h"
#include "library.h"
#include "sspi_api.h"
#include "sspi_exports.h"
#include "tokenbinding_api.h"

namespace tokenbinding {
namespace {

/// Returns `{ path, calls }`; `{ reason, missing? }` if the DLL is missing, is too old or lacks a
/// function; `{ failed, error }` if the DLL exists and does not load.
template <typename Api>
Napi::Value Open(Napi::Env env, const LoadResult& load, Lookup<Api> (*find)(const Library&),
                 Napi::Object (*calls)(Napi::Env, const Api&)) {
  Napi::Object result = Napi::Object::New(env);
  if (load.missing) {
    result.Set("reason", "library-missing");
    return result;
  }
  if (load.failed != nullptr) {
    result.Set("failed", load.failed);
    result.Set("error", Napi::Number::New(env, load.error));
    return result;
  }
  const Lookup<Api> lookup = find(load.library);
  if (lookup.too_old) {
    result.Set("reason", "library-too-old");
  } else if (lookup.missing != nullptr) {
    result.Set("reason", "symbol-missing");
    result.Set("missing", lookup.missing);
  } else {
    result.Set("path", ToValue(env, load.library.path));
    result.Set("calls", calls(env, lookup.api));
  }
  return result;
}

/// `openTokenBinding(path?)`: loads the tokenbinding.dll at a full path, or that of System32.
Napi::Value OpenTokenBinding(const Napi::CallbackInfo& info) {
  const LoadResult load = info[0].IsUndefined() ? LoadSystemLibrary(L"tokenbinding.dll")
                                                : LoadLibraryAt(StringAt(info, 0));
  return Open(info.Env(), load, FindFunctions, Exports);
}

/// `openSspi()`: loads the secur32.dll of System32.
Napi::Value OpenSspi(const Napi::CallbackInfo& info) {
  return Open(info.Env(), LoadSystemLibrary(L"secur32.dll"), sspi::FindFunctions, sspi::Exports);
}

/// `isWine()`: whether the ntdll.dll of this process is Wine's.
Napi::Value IsWine(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), IsExported(L"ntdll.dll", "wine_get_version"));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("openTokenBinding", Napi::Function::New(env, OpenTokenBinding, "openTokenBinding"));
  exports.Set("openSspi", Napi::Function::New(env, OpenSspi, "openSspi"));
  exports.Set("isWine", Napi::Function::New(env, IsWine, "isWine"));
  return exports;
}

}  // namespace
}  // namespace tokenbinding

using tokenbinding::Init;
NODE_API_MODULE(tokenbinding, Init)
