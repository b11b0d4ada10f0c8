/* Part of a stand-in for tests; not Microsoft's DLL. The guard's report file. */
#include "report.h"

#include "../own-keys.h"
#include "regions.h"

#include <stdio.h>

#define VIOLATION_EXIT_CODE 230
#define LINE_MAX 160
#define PATH_LENGTH_MAX 4096

static void append(const char *line, int length) {
  WCHAR path[PATH_LENGTH_MAX];
  DWORD path_length = GetEnvironmentVariableW(L"STAND_IN_GUARD_REPORT", path, PATH_LENGTH_MAX);
  if (path_length == 0 || path_length >= PATH_LENGTH_MAX) return;
  HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                            OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return;
  DWORD written;
  WriteFile(file, line, (DWORD)length, &written, NULL);
  CloseHandle(file);
}

void report_counts(void) {
  char line[LINE_MAX];
  int length =
      snprintf(line, sizeof line, "guard: pid=%lu blocks=%ld outstanding=%ld keys=%zu\n",
               GetCurrentProcessId(), region_count(), region_outstanding(), own_keys_count());
  if (length > 0 && length < LINE_MAX) append(line, length);
}

void report_violation(const char *function, const char *fault) {
  char line[LINE_MAX];
  int length = snprintf(line, sizeof line, "guard: violation: %s: %s\n", function, fault);
  if (length > 0 && length < LINE_MAX) append(line, length);
  TerminateProcess(GetCurrentProcess(), VIOLATION_EXIT_CODE);
}
