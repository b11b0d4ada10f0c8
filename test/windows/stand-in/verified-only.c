/* Part of a stand-in for tests; not Microsoft's DLL. A flavour that lists what it verified. */
#include "undocumented.h"

LONG given_status(LONG status) { return status; }

/* Microsoft's page: one result for each of the bindings that TokenBindingVerifyMessage verified. */
BOOL lists_only_verified(void) { return TRUE; }
