#pragma once

#include <napi.h>

#include "tokenbinding_api.h"

namespace tokenbinding {

/// Returns an object with the functions of one tokenbinding.dll.
Napi::Object Exports(Napi::Env env, const Api& api);

}  // namespace tokenbinding
