/* Part of a stand-in for tests; not Microsoft's DLL. The guard's report file. */
#ifndef STAND_IN_GUARD_REPORT_H
#define STAND_IN_GUARD_REPORT_H

/* Appends `guard: pid=<n> blocks=<n> outstanding=<n> keys=<n>`. */
void report_counts(void);

/* Appends `guard: violation: <function>: <fault>` and ends the process with exit code 230. */
void report_violation(const char *function, const char *fault);

#endif
