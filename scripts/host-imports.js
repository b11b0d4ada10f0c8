import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the C source of an addon's imports from the program that loads it. That program exports Node-API's functions:
 * node.exe, a renamed copy, electron.exe, or its libnode.dll. An import from node.exe would only work in node.exe. So this
 * defines the linker's import pointers and fills them when the addon is loaded.
 *
 * @param prefix what the linker's names of C functions begin with: `_` on ia32
 */
export function writeHostImports(file, objects, prefix) {
  const functions = importedFunctions(objects, prefix);
  // A C name has no prefix yet: _imp__napi_x on ia32 is __imp__napi_x for the linker.
  const pointer = (name) => `${prefix === '' ? '__imp_' : '_imp__'}${name}`;
  writeFileSync(
    file,
    `#include <windows.h>

${functions.map((name) => `void *${pointer(name)};`).join('\n')}

static const struct {
  const char *name;
  void **pointer;
} imports[] = {
${functions.map((name) => `    {"${name}", &${pointer(name)}},`).join('\n')}
};

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance;
  (void)reserved;
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  HMODULE host = GetModuleHandleW(L"libnode.dll");
  if (host == NULL) host = GetModuleHandleW(NULL);
  for (size_t i = 0; i < sizeof imports / sizeof imports[0]; i++) {
    *imports[i].pointer = (void *)GetProcAddress(host, imports[i].name);
    if (*imports[i].pointer == NULL) return FALSE;
  }
  return TRUE;
}
`,
  );
}

/** Finds the names in the objects' tables of symbols: MinGW's nm does not read objects for arm64. */
function importedFunctions(objects, prefix) {
  const symbol = new RegExp(`__imp_${prefix}((?:napi|node_api)_\\w+)`, 'g');
  const names = objects.flatMap((object) =>
    Array.from(readFileSync(object, 'latin1').matchAll(symbol), ([, name]) => name),
  );
  return [...new Set(names)].sort();
}
