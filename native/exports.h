#pragma once

#include <napi.h>

#include "tokenbinding_api.h"

namespace tokenbinding {

/// The calls over one DLL as functions of an object.
Napi::Object Exports(Napi::Env env, const Api& api);

}  // namespace tokenbinding
