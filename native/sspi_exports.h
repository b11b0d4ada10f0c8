#pragma once

#include <napi.h>

#include "sspi_api.h"

namespace tokenbinding::sspi {

/// Returns an object with the functions of secur32.dll.
Napi::Object Exports(Napi::Env env, const Api& api);

}  // namespace tokenbinding::sspi
