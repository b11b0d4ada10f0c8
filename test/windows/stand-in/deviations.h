/* Part of a stand-in for tests; not Microsoft's DLL. Deviations of verification from RFC 8471. */
#ifndef STAND_IN_DEVIATIONS_H
#define STAND_IN_DEVIATIONS_H

typedef enum {
  /* One byte after the message is ignored. */
  DEVIATION_TRAILING_BYTE = 1,
  /* Any signature of a referred binding counts as valid. */
  DEVIATION_REFERRED_SIGNATURE = 2,
  /* The last binding is listed first. */
  DEVIATION_REVERSED_LIST = 4
} Deviation;

/* Reads the deviations for one call, or-ed together. */
unsigned read_deviations(void);

#endif
