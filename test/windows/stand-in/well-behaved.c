/* Part of a stand-in for tests; not Microsoft's DLL. Every flavour but the deviant one. */
#include "deviations.h"

unsigned wanted_deviations(void) { return 0; }
