/* Part of a stand-in for tests; not Microsoft's DLL. Redirection of addons' heap calls. */
#ifndef STAND_IN_GUARD_PATCH_H
#define STAND_IN_GUARD_PATCH_H

/* Writes the hooks to the import tables of all loaded modules named *.node. May be repeated. */
void patch_addons(void);

#endif
