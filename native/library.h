#pragma once

#include <cstdint>
#include <string>

namespace tokenbinding {

using AnyFunction = void (*)();

/// A loaded DLL. It stays loaded until the process ends: a call may still be running in it on
/// another thread when the last object that could name it goes.
struct Library {
  void* module = nullptr;
  /// The full path of its file.
  std::wstring path;

  /// An exported function, or nullptr.
  AnyFunction Find(const char* name) const;
};

/// The functions of a DLL, looked up one after the other for a table of them.
template <typename Api>
struct Lookup {
  Api api;
  /// The DLL is of a version of the ABI whose functions have the same names and other parameters.
  bool too_old = false;
  /// The first function that the DLL should have and has not, or nullptr.
  const char* missing = nullptr;

  /// For a function that the DLL should have.
  template <typename Function>
  void Need(const Library& library, const char* name, Function Api::*function) {
    Find(library, name, function);
    if (api.*function == nullptr && missing == nullptr) missing = name;
  }

  /// For a function that the DLL may lack.
  template <typename Function>
  void Find(const Library& library, const char* name, Function Api::*function) {
    api.*function = reinterpret_cast<Function>(library.Find(name));
  }
};

/// The outcome of loading a DLL.
struct Loading {
  Library library;
  /// The function of Windows that failed, or nullptr.
  const char* failed = nullptr;
  /// Its Win32 error code.
  uint32_t error = 0;
  /// It failed because there is no such file.
  bool missing = false;
};

/// Loads a DLL of the system directory (System32), and of no other place: by its full path, for the
/// loader takes a bare name for any module of that name that is already loaded.
Loading LoadSystemLibrary(const wchar_t* file_name);

/// Loads the DLL at a full path, with its own folder and the system directory to find others in.
Loading LoadLibraryAt(const std::wstring& path);

}  // namespace tokenbinding
