/* Part of a stand-in for tests; not Microsoft's DLL. The statuses and lists of most variants. */
#include "undocumented.h"

LONG map_status(LONG status) { return status; }

BOOL lists_only_verified(void) { return FALSE; }
