#pragma once

#include <napi.h>

#include "sspi_api.h"

namespace tokenbinding::sspi {

/// The calls over secur32.dll as functions of an object.
Napi::Object Exports(Napi::Env env, const Api& api);

}  // namespace tokenbinding::sspi
