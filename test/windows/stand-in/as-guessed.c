/* Part of a stand-in for tests; not Microsoft's DLL. The statuses and lists of most flavours. */
#include "undocumented.h"

LONG given_status(LONG status) { return status; }

BOOL lists_only_verified(void) { return FALSE; }
