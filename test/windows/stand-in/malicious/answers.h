/* Part of a stand-in for tests; not Microsoft's DLL. Invalid answers by name. */
#ifndef STAND_IN_MALICIOUS_ANSWERS_H
#define STAND_IN_MALICIOUS_ANSWERS_H

#include "../abi.h"

/* The types of out pointers. */
typedef enum { OUT_BYTES = 1, OUT_LIST = 2, OUT_DATA = 4, OUT_KEY_TYPES = 8 } OutShape;

#define OUT_ANY (OUT_BYTES | OUT_LIST | OUT_DATA | OUT_KEY_TYPES)

/* An out pointer of a valid answer, to be corrupted in place. */
typedef struct {
  OutShape shape;
  void *block;
  /* Only with OUT_BYTES. */
  DWORD size;
} Out;

typedef struct {
  const WCHAR *name;
  void (*corrupt)(Out *out);
} Answer;

/* The answers for the same shapes. */
typedef struct {
  const Answer *answers;
  size_t count;
  unsigned shapes;
} Family;

extern const Family bytes_family, entry_family, list_family, out_family, types_family;

#define ANSWER_NAME_MAX 64

/* The answer for one call by the environment; the name is empty if there is none. */
typedef struct {
  WCHAR name[ANSWER_NAME_MAX];
  /* NULL for a status and for a version. */
  const Answer *answer;
  unsigned shapes;
} RequestedAnswer;

/* Reads STAND_IN_ANSWER. An unknown name ends the process, because the test would prove nothing. */
RequestedAnswer read_answer(void);

/* Corrupts an out pointer if the requested answer applies to it. */
void apply_answer(const RequestedAnswer *wanted, Out *out);

/* A status in place of success; `with_results` says whether the out pointers stay valid. */
typedef struct {
  const WCHAR *name;
  LONG status;
  BOOL with_results;
} StatusAnswer;

/* NULL if the name is not that of a status. */
const StatusAnswer *status_answer(const WCHAR *name);

typedef struct {
  const WCHAR *name;
  BYTE major;
  BYTE minor;
} VersionAnswer;

/* NULL if the name is not that of a version. */
const VersionAnswer *version_answer(const WCHAR *name);

#endif
