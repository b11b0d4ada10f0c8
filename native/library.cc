#include "library.h"

#include <windows.h>

namespace tokenbinding {
namespace {

LoadResult Failure(const char* function) {
  LoadResult result;
  result.failed = function;
  result.error = GetLastError();
  return result;
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

LoadResult LoadSystemLibrary(const wchar_t* file_name) {
  const UINT size = GetSystemDirectoryW(nullptr, 0);
  std::wstring path(size, L'\0');
  const UINT length = GetSystemDirectoryW(path.data(), size);
  if (length == 0) return Failure("GetSystemDirectoryW");
  path.resize(length);
  return LoadLibraryAt(path + L'\\' + file_name);
}

LoadResult LoadLibraryAt(const std::wstring& path) {
  // LoadLibraryExW has the same error code for a missing file and for a missing import of the file.
  if (GetFileAttributesW(path.c_str()) == INVALID_FILE_ATTRIBUTES) {
    LoadResult result = Failure("GetFileAttributesW");
    result.missing = result.error == ERROR_FILE_NOT_FOUND || result.error == ERROR_PATH_NOT_FOUND;
    return result;
  }
  const DWORD search = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
  HMODULE module = LoadLibraryExW(path.c_str(), nullptr, search);
  if (module == nullptr) return Failure("LoadLibraryExW");
  LoadResult result;
  result.library = {module, PathOf(module)};
  return result;
}

bool IsExported(const wchar_t* file_name, const char* function) {
  const HMODULE module = GetModuleHandleW(file_name);
  return module != nullptr && GetProcAddress(module, function) != nullptr;
}

}  // namespace tokenbinding
