#pragma once

// Declares the part of windows.h that the OS layer uses, so that it runs under sanitizers on Linux.

#include <cstddef>
#include <cstdint>

using BOOL = int;
using UINT = uint32_t;
using DWORD = uint32_t;
using SIZE_T = size_t;
using HANDLE = void*;
using HMODULE = void*;

constexpr DWORD MAX_PATH = 260;
constexpr DWORD INVALID_FILE_ATTRIBUTES = 0xffffffff;
constexpr DWORD LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR = 0x100;
constexpr DWORD LOAD_LIBRARY_SEARCH_SYSTEM32 = 0x800;
constexpr DWORD ERROR_FILE_NOT_FOUND = 2;
constexpr DWORD ERROR_PATH_NOT_FOUND = 3;

constexpr DWORD PAGE_READONLY = 0x02;
constexpr DWORD PAGE_READWRITE = 0x04;
constexpr DWORD PAGE_WRITECOPY = 0x08;
constexpr DWORD PAGE_EXECUTE_READ = 0x20;
constexpr DWORD PAGE_EXECUTE_READWRITE = 0x40;
constexpr DWORD PAGE_EXECUTE_WRITECOPY = 0x80;
constexpr DWORD PAGE_GUARD = 0x100;
constexpr DWORD MEM_COMMIT = 0x1000;
constexpr DWORD MEM_FREE = 0x10000;

struct MEMORY_BASIC_INFORMATION {
  void* BaseAddress;
  SIZE_T RegionSize;
  DWORD State;
  DWORD Protect;
};

/// Each heap block is a region; all other memory is free.
SIZE_T VirtualQuery(const void* address, MEMORY_BASIC_INFORMATION* region, SIZE_T size);

HANDLE GetProcessHeap();
void* HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size);
BOOL HeapFree(HANDLE heap, DWORD flags, void* memory);
BOOL HeapValidate(HANDLE heap, DWORD flags, const void* memory);
SIZE_T HeapSize(HANDLE heap, DWORD flags, const void* memory);

void SecureZeroMemory(void* memory, SIZE_T size);

DWORD GetLastError();
UINT GetSystemDirectoryW(wchar_t* path, UINT size);
DWORD GetFileAttributesW(const wchar_t* path);
HMODULE GetModuleHandleW(const wchar_t* name);
HMODULE LoadLibraryExW(const wchar_t* path, HANDLE file, DWORD flags);
DWORD GetModuleFileNameW(HMODULE module, wchar_t* path, DWORD size);
void (*GetProcAddress(HMODULE module, const char* name))();
