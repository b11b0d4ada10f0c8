/* Part of a stand-in for tests; not Microsoft's DLL. What a test asks for and nobody knows. */
#ifndef STAND_IN_UNKNOWN_NAME_H
#define STAND_IN_UNKNOWN_NAME_H

#include <windows.h>

/* Ends the process with exit code 98: a test that misspells a name would prove nothing. */
void end_for_unknown(const WCHAR *variable, const WCHAR *name);

#endif
