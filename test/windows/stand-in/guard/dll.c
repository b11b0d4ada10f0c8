/* Part of a stand-in for tests; not Microsoft's DLL. Start and end of the guard. */
#include "patch.h"
#include "report.h"

#include <windows.h>

/* The DLL stays loaded, because patched import tables point into it. */
static void stay_loaded(void) {
  HMODULE self;
  const DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
  GetModuleHandleExW(flags, (LPCWSTR)(void *)(ULONG_PTR)stay_loaded, &self);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved) {
  (void)reserved;
  if (reason == DLL_PROCESS_ATTACH) {
    DisableThreadLibraryCalls(module);
    stay_loaded();
    /* The addon is already loaded: it loads this DLL. */
    patch_addons();
  } else if (reason == DLL_PROCESS_DETACH) {
    report_counts();
  }
  return TRUE;
}
