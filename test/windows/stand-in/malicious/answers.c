/* Part of a stand-in for tests; not Microsoft's DLL. Invalid answers by name. */
#include "answers.h"

#include "../unknown-name.h"

#include <wchar.h>

#define VARIABLE L"STAND_IN_ANSWER"

static BOOL find_in(const Family *family, RequestedAnswer *wanted) {
  for (size_t i = 0; i < family->count; i++) {
    if (wcscmp(family->answers[i].name, wanted->name) != 0) continue;
    wanted->answer = &family->answers[i];
    wanted->shapes = family->shapes;
    return TRUE;
  }
  return FALSE;
}

static BOOL find(RequestedAnswer *wanted) {
  const Family *families[] = {&bytes_family, &entry_family, &list_family, &out_family,
                              &types_family};
  for (size_t i = 0; i < ARRAYSIZE(families); i++) {
    if (find_in(families[i], wanted)) return TRUE;
  }
  if (status_answer(wanted->name) != NULL) wanted->shapes = OUT_ANY;
  return wanted->shapes != 0 || version_answer(wanted->name) != NULL;
}

RequestedAnswer read_answer(void) {
  RequestedAnswer wanted = {{0}, NULL, 0};
  DWORD length = GetEnvironmentVariableW(VARIABLE, wanted.name, ANSWER_NAME_MAX);
  if (length == 0) return wanted;
  if (length >= ANSWER_NAME_MAX) end_for_unknown(VARIABLE, L"of such length");
  if (!find(&wanted)) end_for_unknown(VARIABLE, wanted.name);
  return wanted;
}

void apply_answer(const RequestedAnswer *wanted, Out *out) {
  if (wanted->answer != NULL && (wanted->shapes & out->shape) != 0) wanted->answer->corrupt(out);
}

const StatusAnswer *status_answer(const WCHAR *name) {
  static const StatusAnswer answers[] = {
      {L"status-bad-signature-with-results", NTE_BAD_SIGNATURE, TRUE},
      {L"status-fail-with-results", NTE_FAIL, TRUE},
      {L"status-positive-with-results", SEC_I_CONTINUE_NEEDED, TRUE},
      {L"status-one-with-results", 1, TRUE},
      {L"status-unnamed-with-results", (LONG)0x8BADF00D, TRUE},
      {L"status-fail", NTE_FAIL, FALSE},
      {L"status-positive", SEC_I_CONTINUE_NEEDED, FALSE},
      {L"status-invalid-signature", (LONG)0xC000A000, FALSE},
      {L"status-unnamed", (LONG)0x8BADF00D, FALSE},
  };
  for (size_t i = 0; i < ARRAYSIZE(answers); i++) {
    if (wcscmp(answers[i].name, name) == 0) return &answers[i];
  }
  return NULL;
}

const VersionAnswer *version_answer(const WCHAR *name) {
  static const VersionAnswer answers[] = {
      {L"version-0-0", 0, 0},
      {L"version-0-10", 0, 10},
      {L"version-255-255", 255, 255},
  };
  for (size_t i = 0; i < ARRAYSIZE(answers); i++) {
    if (wcscmp(answers[i].name, name) == 0) return &answers[i];
  }
  return NULL;
}
