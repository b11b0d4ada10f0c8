/* Part of a stand-in for tests; not Microsoft's DLL. Behaviour that Microsoft does not document. */
#ifndef STAND_IN_UNDOCUMENTED_H
#define STAND_IN_UNDOCUMENTED_H

#include <windows.h>

/* Replaces a status by the one that this variant returns. */
LONG map_status(LONG status);

/*
 * Whether VerifyMessage lists only the verified bindings, instead of rejecting a message with an
 * invalid one.
 */
BOOL lists_only_verified(void);

#endif
