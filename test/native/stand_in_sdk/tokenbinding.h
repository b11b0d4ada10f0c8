#pragma once

// Takes the place of the SDK's header: the C header that the stand-ins are built with.
#define _Static_assert static_assert
extern "C" {
#include "../../windows/stand-in/abi.h"
}
#undef _Static_assert
