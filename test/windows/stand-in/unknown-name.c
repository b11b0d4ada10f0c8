/* Part of a stand-in for tests; not Microsoft's DLL. Ends the process for an unknown name. */
#include "unknown-name.h"

#include <stdio.h>

#define UNKNOWN_NAME_EXIT_CODE 98

void end_for_unknown(const WCHAR *variable, const WCHAR *name) {
  fprintf(stderr, "%ls: there is nothing named %ls\n", variable, name);
  fflush(stderr);
  TerminateProcess(GetCurrentProcess(), UNKNOWN_NAME_EXIT_CODE);
}
