#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

/// The fake Windows: its behaviour and the calls that it received.
namespace fake {

struct System {
  std::wstring system_directory = L"C:\\Windows\\system32";
  std::wstring module_path = L"C:\\Windows\\system32\\tokenbinding.dll";
  /// Returned by GetLastError.
  uint32_t last_error = 0;
  bool file_exists = true;
  bool file_loads = true;
  std::set<std::string> missing_functions;

  /// The protection of all memory: PAGE_READWRITE.
  uint32_t protection = 0x04;

  std::wstring loaded_path;
  uint32_t load_flags = 0;
};

extern System windows;

size_t BlocksOutstanding();

/// Whether one call of SecureZeroMemory covered the range since the last ForgetOverwritten.
bool WasOverwritten(const void* memory, size_t size);
void ForgetOverwritten();

}  // namespace fake
