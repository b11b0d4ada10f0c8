#include "library.h"

#include <windows.h>

namespace tokenbinding {
namespace {

Loading Failure(const char* function) {
  Loading loading;
  loading.failed = function;
  loading.error = GetLastError();
  return loading;
}

std::wstring PathOf(HMODULE module) {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD length = GetModuleFileNameW(module, path.data(), static_cast<DWORD>(path.size()));
    if (length < path.size()) {
      path.resize(length);
      return path;
    }
    path.resize(path.size() * 2);
  }
}

}  // namespace

AnyFunction Library::Find(const char* name) const {
  return reinterpret_cast<AnyFunction>(GetProcAddress(static_cast<HMODULE>(module), name));
}

Loading LoadSystemLibrary(const wchar_t* file_name) {
  const UINT size = GetSystemDirectoryW(nullptr, 0);
  std::wstring path(size, L'\0');
  const UINT length = GetSystemDirectoryW(path.data(), size);
  if (length == 0) return Failure("GetSystemDirectoryW");
  path.resize(length);
  return LoadLibraryAt(path + L'\\' + file_name);
}

Loading LoadLibraryAt(const std::wstring& path) {
  // LoadLibraryExW gives one error code for a missing file and for a file whose own imports are.
  if (GetFileAttributesW(path.c_str()) == INVALID_FILE_ATTRIBUTES) {
    Loading loading = Failure("GetFileAttributesW");
    loading.missing =
        loading.error == ERROR_FILE_NOT_FOUND || loading.error == ERROR_PATH_NOT_FOUND;
    return loading;
  }
  const DWORD search = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
  HMODULE module = LoadLibraryExW(path.c_str(), nullptr, search);
  if (module == nullptr) return Failure("LoadLibraryExW");
  Loading loading;
  loading.library = {module, PathOf(module)};
  return loading;
}

}  // namespace tokenbinding
