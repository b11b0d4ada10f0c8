/* Part of a stand-in for tests; not Microsoft's DLL. V1's exports, which no caller may call. */
#include <windows.h>

#define CALLED_EXIT_CODE 97

/*
 * V1 has the names of V2 with other parameters, so a call through V2's prototypes is a mistake that
 * must be noticed. The functions have no parameters here because none of them returns.
 */
static LONG end_process(void) {
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

LONG __stdcall TokenBindingGenerateBinding(void) { return end_process(); }
LONG __stdcall TokenBindingGenerateMessage(void) { return end_process(); }
LONG __stdcall TokenBindingVerifyMessage(void) { return end_process(); }
LONG __stdcall TokenBindingGetKeyTypesClient(void) { return end_process(); }
LONG __stdcall TokenBindingGetKeyTypesServer(void) { return end_process(); }
LONG __stdcall TokenBindingDeleteBinding(void) { return end_process(); }
LONG __stdcall TokenBindingDeleteAllBindings(void) { return end_process(); }
LONG __stdcall TokenBindingGenerateID(void) { return end_process(); }
