/* Part of a stand-in for tests; not Microsoft's DLL. What Microsoft's pages leave open. */
#ifndef STAND_IN_UNDOCUMENTED_H
#define STAND_IN_UNDOCUMENTED_H

#include <windows.h>

/* The status that a caller is given in place of the one with this meaning. */
LONG given_status(LONG status);

/*
 * Whether VerifyMessage lists the bindings that it verified and says nothing of the others, in place
 * of refusing a message with a wrong one.
 */
BOOL lists_only_verified(void);

#endif
