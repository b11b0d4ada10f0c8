/* Part of a stand-in for tests; not Microsoft's DLL. Replacements of an addon's heap calls. */
#ifndef STAND_IN_GUARD_HOOKS_H
#define STAND_IN_GUARD_HOOKS_H

/* The replacement for a function imported under this name, or NULL. */
void *hook_for(const char *function);

#endif
