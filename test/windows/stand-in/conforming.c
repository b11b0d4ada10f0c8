/* Part of a stand-in for tests; not Microsoft's DLL. All variants except the nonconforming one. */
#include "deviations.h"

unsigned read_deviations(void) { return 0; }
