#pragma once

#include <cstdint>
#include <string>

namespace tokenbinding {

using AnyFunction = void (*)();

/// A loaded DLL. It stays loaded until the process ends, because another thread may still be
/// calling it when the last object that refers to it is destroyed.
struct Library {
  void* module = nullptr;
  /// The full path of its file.
  std::wstring path;

  /// Finds an exported function; nullptr if there is none.
  AnyFunction Find(const char* name) const;
};

/// Fills a table with the functions of a DLL.
template <typename Api>
struct Lookup {
  Api api;
  /// Whether the DLL has an older ABI, with the same function names but other parameters.
  bool too_old = false;
  /// The first required function that the DLL lacks, or nullptr.
  const char* missing = nullptr;

  /// Finds a required function.
  template <typename Function>
  void Require(const Library& library, const char* name, Function Api::*function) {
    Find(library, name, function);
    if (api.*function == nullptr && missing == nullptr) missing = name;
  }

  /// Finds an optional function.
  template <typename Function>
  void Find(const Library& library, const char* name, Function Api::*function) {
    api.*function = reinterpret_cast<Function>(library.Find(name));
  }
};

/// The result of loading a DLL.
struct LoadResult {
  Library library;
  /// The function of Windows that failed, or nullptr.
  const char* failed = nullptr;
  /// Its Win32 error code.
  uint32_t error = 0;
  /// Whether it failed because the file does not exist.
  bool missing = false;
};

/// Loads a DLL from the system directory (System32) and from no other place. It uses the full path:
/// for a bare name LoadLibraryExW returns any loaded module of that name.
LoadResult LoadSystemLibrary(const wchar_t* file_name);

/// Loads the DLL at a full path. Its imports are searched in its own folder and in System32.
LoadResult LoadLibraryAt(const std::wstring& path);

/// Whether a DLL that is already loaded exports a function.
bool IsExported(const wchar_t* file_name, const char* function);

}  // namespace tokenbinding
