/* Part of a stand-in for tests; not Microsoft's DLL. Ends the process for an unknown name. */
#ifndef STAND_IN_UNKNOWN_NAME_H
#define STAND_IN_UNKNOWN_NAME_H

#include <windows.h>

/* Ends the process with exit code 98, because a test with a misspelled name would prove nothing. */
void end_for_unknown(const WCHAR *variable, const WCHAR *name);

#endif
