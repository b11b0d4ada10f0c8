/* Part of a stand-in for tests; not Microsoft's DLL. Redirection of addons' heap calls. */
#include "patch.h"

#include "hooks.h"

#include <windows.h>

#include <psapi.h>
#include <wchar.h>

#define MODULES_MAX 1024

static SRWLOCK lock = SRWLOCK_INIT;

static BOOL is_addon(HMODULE module) {
  static const WCHAR extension[] = L".node";
  const size_t extension_length = ARRAYSIZE(extension) - 1;
  WCHAR name[MAX_PATH];
  size_t length = GetModuleBaseNameW(GetCurrentProcess(), module, name, MAX_PATH);
  if (length < extension_length || length >= MAX_PATH) return FALSE;
  return _wcsicmp(name + length - extension_length, extension) == 0;
}

static void replace(ULONG_PTR *entry, void *hook) {
  DWORD protection;
  if (*entry == (ULONG_PTR)hook) return;
  if (!VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &protection)) return;
  InterlockedExchangePointer((void *volatile *)entry, hook);
  VirtualProtect(entry, sizeof *entry, protection, &protection);
}

/* The two thunk tables run in parallel: names as linked, addresses as bound by the loader. */
static void patch_imports(BYTE *base, const IMAGE_IMPORT_DESCRIPTOR *import) {
  const IMAGE_THUNK_DATA *named = (const IMAGE_THUNK_DATA *)(base + import->OriginalFirstThunk);
  IMAGE_THUNK_DATA *bound = (IMAGE_THUNK_DATA *)(base + import->FirstThunk);
  for (; named->u1.AddressOfData != 0; named++, bound++) {
    if (IMAGE_SNAP_BY_ORDINAL(named->u1.Ordinal)) continue;
    const IMAGE_IMPORT_BY_NAME *by_name =
        (const IMAGE_IMPORT_BY_NAME *)(base + named->u1.AddressOfData);
    void *hook = hook_for((const char *)by_name->Name);
    if (hook != NULL) replace(&bound->u1.Function, hook);
  }
}

static void patch_module(HMODULE module) {
  BYTE *base = (BYTE *)module;
  const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)base;
  const IMAGE_NT_HEADERS *nt = (const IMAGE_NT_HEADERS *)(base + dos->e_lfanew);
  const IMAGE_DATA_DIRECTORY *imports =
      &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
  if (imports->VirtualAddress == 0) return;
  const IMAGE_IMPORT_DESCRIPTOR *import =
      (const IMAGE_IMPORT_DESCRIPTOR *)(base + imports->VirtualAddress);
  for (; import->Name != 0; import++) {
    if (import->OriginalFirstThunk != 0) patch_imports(base, import);
  }
}

/* An own reference keeps the module loaded meanwhile. */
static void patch_addon(HMODULE listed) {
  HMODULE module;
  const DWORD by_address = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
  if (!GetModuleHandleExW(by_address, (LPCWSTR)(void *)listed, &module)) return;
  if (is_addon(module)) patch_module(module);
  FreeLibrary(module);
}

void patch_addons(void) {
  HMODULE modules[MODULES_MAX];
  DWORD size;
  AcquireSRWLockExclusive(&lock);
  if (EnumProcessModules(GetCurrentProcess(), modules, sizeof modules, &size)) {
    size_t listed = size / sizeof *modules;
    if (listed > MODULES_MAX) listed = MODULES_MAX;
    for (size_t i = 0; i < listed; i++) patch_addon(modules[i]);
  }
  ReleaseSRWLockExclusive(&lock);
}
