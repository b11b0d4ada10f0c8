#pragma once

// In place of the SDK's: the header that the stand-ins are built with, which is C.
#define _Static_assert static_assert
extern "C" {
#include "../../windows/stand-in/abi.h"
}
#undef _Static_assert
