/* Part of a stand-in for tests; not Microsoft's DLL. Deviations by name. */
#include "../deviations.h"

#include "../unknown-name.h"

#include <wchar.h>

#define VARIABLE L"STAND_IN_DEVIATIONS"
#define NAMES_MAX 128

static const struct {
  const WCHAR *name;
  Deviation deviation;
} all[] = {
    {L"trailing-byte", DEVIATION_TRAILING_BYTE},
    {L"referred-signature", DEVIATION_REFERRED_SIGNATURE},
    {L"reversed-list", DEVIATION_REVERSED_LIST},
};

static unsigned all_deviations(void) {
  unsigned every = 0;
  for (size_t i = 0; i < ARRAYSIZE(all); i++) every |= all[i].deviation;
  return every;
}

static unsigned find_deviation(const WCHAR *name) {
  for (size_t i = 0; i < ARRAYSIZE(all); i++) {
    if (wcscmp(all[i].name, name) == 0) return all[i].deviation;
  }
  end_for_unknown(VARIABLE, name);
  return 0;
}

/* Splits the list in place. */
static unsigned parse_deviations(WCHAR *names) {
  unsigned wanted = 0;
  while (names != NULL) {
    WCHAR *comma = wcschr(names, L',');
    if (comma != NULL) *comma++ = L'\0';
    wanted |= find_deviation(names);
    names = comma;
  }
  return wanted;
}

unsigned read_deviations(void) {
  WCHAR names[NAMES_MAX];
  /* An empty variable and a missing one both have length 0. */
  SetLastError(ERROR_SUCCESS);
  DWORD length = GetEnvironmentVariableW(VARIABLE, names, NAMES_MAX);
  if (length >= NAMES_MAX) end_for_unknown(VARIABLE, L"of such length");
  if (length > 0) return parse_deviations(names);
  return GetLastError() == ERROR_ENVVAR_NOT_FOUND ? all_deviations() : 0;
}
