/* Part of a stand-in for tests; not Microsoft's DLL. A variant that lists what it verified. */
#include "undocumented.h"

LONG map_status(LONG status) { return status; }

/* Microsoft's page on TOKENBINDING_RESULT_LIST: one result for each verified binding. */
BOOL lists_only_verified(void) { return TRUE; }
