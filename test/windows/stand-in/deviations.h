/* Part of a stand-in for tests; not Microsoft's DLL. Where verification parts from RFC 8471. */
#ifndef STAND_IN_DEVIATIONS_H
#define STAND_IN_DEVIATIONS_H

typedef enum {
  /* One byte after the message is left unread. */
  DEVIATION_TRAILING_BYTE = 1,
  /* The signature of a referred binding counts as valid, whatever it is. */
  DEVIATION_REFERRED_SIGNATURE = 2,
  /* The last binding is listed first. */
  DEVIATION_REVERSED_LIST = 4
} Deviation;

/* The deviations during one call, or-ed together. */
unsigned wanted_deviations(void);

#endif
