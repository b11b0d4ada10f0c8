/* Part of a stand-in for tests; not Microsoft's DLL. V1's exports, none of which may be called. */
#include <windows.h>

#define CALLED_EXIT_CODE 97

/*
 * V1 shares names with V2 but has other parameters, so a call through V2's prototypes is the
 * mistake to be noticed. The parameters are left out: nothing returns to clean up after them.
 */
static LONG called(void) {
  TerminateProcess(GetCurrentProcess(), CALLED_EXIT_CODE);
  return E_FAIL;
}

LONG __stdcall TokenBindingGenerateBinding(void);
LONG __stdcall TokenBindingGenerateMessage(void);
LONG __stdcall TokenBindingVerifyMessage(void);
LONG __stdcall TokenBindingGetKeyTypesClient(void);
LONG __stdcall TokenBindingGetKeyTypesServer(void);
LONG __stdcall TokenBindingDeleteBinding(void);
LONG __stdcall TokenBindingDeleteAllBindings(void);
LONG __stdcall TokenBindingGenerateID(void);

LONG __stdcall TokenBindingGenerateBinding(void) { return called(); }
LONG __stdcall TokenBindingGenerateMessage(void) { return called(); }
LONG __stdcall TokenBindingVerifyMessage(void) { return called(); }
LONG __stdcall TokenBindingGetKeyTypesClient(void) { return called(); }
LONG __stdcall TokenBindingGetKeyTypesServer(void) { return called(); }
LONG __stdcall TokenBindingDeleteBinding(void) { return called(); }
LONG __stdcall TokenBindingDeleteAllBindings(void) { return called(); }
LONG __stdcall TokenBindingGenerateID(void) { return called(); }
