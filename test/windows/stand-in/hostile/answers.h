/* Part of a stand-in for tests; not Microsoft's DLL. Misshapen answers by name. */
#ifndef STAND_IN_HOSTILE_ANSWERS_H
#define STAND_IN_HOSTILE_ANSWERS_H

#include "../abi.h"

/* What an out pointer is for. */
typedef enum { OUT_BYTES = 1, OUT_LIST = 2, OUT_DATA = 4, OUT_KEY_TYPES = 8 } OutShape;

#define OUT_ANY (OUT_BYTES | OUT_LIST | OUT_DATA | OUT_KEY_TYPES)

/* One out pointer of a good answer, to be misshapen in place. */
typedef struct {
  OutShape shape;
  void *block;
  /* Of OUT_BYTES. */
  DWORD size;
} Out;

typedef struct {
  const WCHAR *name;
  void (*misshape)(Out *out);
} Answer;

/* Answers for the same shapes. */
typedef struct {
  const Answer *answers;
  size_t count;
  unsigned shapes;
} Family;

extern const Family bytes_family, entry_family, list_family, out_family, types_family;

#define ANSWER_NAME_MAX 64

/* The answer that the environment asks for during one call; the name is empty when for none. */
typedef struct {
  WCHAR name[ANSWER_NAME_MAX];
  /* NULL for a status and for a version. */
  const Answer *answer;
  unsigned shapes;
} Wanted;

/* Reads STAND_IN_ANSWER. An unknown name ends the process: the test would prove nothing. */
Wanted wanted_answer(void);

/* Misshapes an out pointer that the wanted answer is about, and leaves others. */
void apply_answer(const Wanted *wanted, Out *out);

/* A status in place of success; `with_results` says whether out pointers keep what they have. */
typedef struct {
  const WCHAR *name;
  LONG status;
  BOOL with_results;
} StatusAnswer;

/* NULL when the name is none of a status. */
const StatusAnswer *status_answer(const WCHAR *name);

typedef struct {
  const WCHAR *name;
  BYTE major;
  BYTE minor;
} VersionAnswer;

/* NULL when the name is none of a version. */
const VersionAnswer *version_answer(const WCHAR *name);

#endif
