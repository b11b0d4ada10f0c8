#include "windows.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "fake.h"

namespace fake {

System windows;

namespace {

int heap;
int module;
std::map<const void*, size_t> blocks;
std::mutex overwriting;
std::vector<std::pair<const void*, size_t>> overwritten;

void AnyFunction() {}

void RequireBlock(const void* memory) {
  if (blocks.count(memory) != 0) return;
  std::fprintf(stderr, "the memory is no block of the heap\n");
  std::abort();
}

DWORD CopyPath(const std::wstring& path, wchar_t* buffer, DWORD size) {
  if (size == 0) return static_cast<DWORD>(path.size() + 1);
  const size_t fits = path.size() < size ? path.size() : size - 1;
  std::memcpy(buffer, path.data(), fits * sizeof(wchar_t));
  buffer[fits] = L'\0';
  return static_cast<DWORD>(fits < path.size() ? size : fits);
}

}  // namespace

size_t BlocksOutstanding() { return blocks.size(); }

bool WasOverwritten(const void* memory, size_t size) {
  const auto* const start = static_cast<const char*>(memory);
  for (const auto& [begin, length] : overwritten) {
    const auto* const from = static_cast<const char*>(begin);
    if (start >= from && start + size <= from + length) return true;
  }
  return false;
}

void ForgetOverwritten() { overwritten.clear(); }

}  // namespace fake

HANDLE GetProcessHeap() { return &fake::heap; }

void* HeapAlloc(HANDLE, DWORD, SIZE_T size) {
  void* memory = std::malloc(size);
  fake::blocks[memory] = size;
  return memory;
}

BOOL HeapFree(HANDLE, DWORD, void* memory) {
  fake::RequireBlock(memory);
  fake::blocks.erase(memory);
  std::free(memory);
  return 1;
}

BOOL HeapValidate(HANDLE, DWORD, const void* memory) { return fake::blocks.count(memory) != 0; }

SIZE_T HeapSize(HANDLE, DWORD, const void* memory) {
  fake::RequireBlock(memory);
  return fake::blocks[memory];
}

SIZE_T VirtualQuery(const void* address, MEMORY_BASIC_INFORMATION* region, SIZE_T size) {
  for (const auto& [start, length] : fake::blocks) {
    const auto* const begin = static_cast<const char*>(start);
    if (address < begin || address >= begin + length) continue;
    *region = {const_cast<char*>(begin), length, MEM_COMMIT, fake::windows.protection};
    return size;
  }
  *region = {const_cast<void*>(address), 1, MEM_FREE, 0};
  return size;
}

void SecureZeroMemory(void* memory, SIZE_T size) {
  std::memset(memory, 0, size);
  const std::lock_guard<std::mutex> lock(fake::overwriting);
  fake::overwritten.emplace_back(memory, size);
}

DWORD GetLastError() { return fake::windows.last_error; }

UINT GetSystemDirectoryW(wchar_t* path, UINT size) {
  return fake::CopyPath(fake::windows.system_directory, path, size);
}

DWORD GetFileAttributesW(const wchar_t*) {
  return fake::windows.file_exists ? 0x20 : INVALID_FILE_ATTRIBUTES;
}

HMODULE GetModuleHandleW(const wchar_t* name) {
  return fake::windows.loaded_path == name ? &fake::module : nullptr;
}

HMODULE LoadLibraryExW(const wchar_t* path, HANDLE, DWORD flags) {
  fake::windows.loaded_path = path;
  fake::windows.load_flags = flags;
  return fake::windows.file_loads ? &fake::module : nullptr;
}

DWORD GetModuleFileNameW(HMODULE, wchar_t* path, DWORD size) {
  return fake::CopyPath(fake::windows.module_path, path, size);
}

void (*GetProcAddress(HMODULE, const char* name))() {
  return fake::windows.missing_functions.count(name) != 0 ? nullptr : fake::AnyFunction;
}
