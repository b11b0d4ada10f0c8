#include "../../native/library.h"

#include "../../native/tokenbinding_api.h"
#include "check.h"
#include "fake/fake.h"
#include "fake/windows.h"

using tokenbinding::FindFunctions;
using tokenbinding::IsExported;
using tokenbinding::LoadLibraryAt;
using tokenbinding::LoadSystemLibrary;

void TestSystemLibrary() {
  fake::windows = {};
  const auto loading = LoadSystemLibrary(L"tokenbinding.dll");
  CHECK(loading.failed == nullptr);
  CHECK(fake::windows.loaded_path == L"C:\\Windows\\system32\\tokenbinding.dll");
  CHECK(fake::windows.load_flags ==
        (LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32));
}

void TestMissing() {
  for (const uint32_t error : {ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND}) {
    fake::windows = {};
    fake::windows.file_exists = false;
    fake::windows.last_error = error;
    CHECK(LoadLibraryAt(L"C:\\x.dll").missing);
    CHECK(fake::windows.loaded_path.empty());
  }
}

void TestFailureIsNotMissing() {
  fake::windows = {};
  fake::windows.file_exists = false;
  fake::windows.last_error = 5;
  const auto unreadable = LoadLibraryAt(L"C:\\x.dll");
  CHECK(!unreadable.missing && unreadable.error == 5);
  CHECK(std::string(unreadable.failed) == "GetFileAttributesW");
  fake::windows.file_exists = true;
  fake::windows.file_loads = false;
  for (const uint32_t error : {ERROR_FILE_NOT_FOUND, 126u, 193u}) {
    fake::windows.last_error = error;
    const auto loading = LoadLibraryAt(L"C:\\x.dll");
    CHECK(!loading.missing && loading.error == error);
    CHECK(std::string(loading.failed) == "LoadLibraryExW");
  }
}

void TestLongPath() {
  fake::windows = {};
  fake::windows.module_path = L"C:\\" + std::wstring(5000, L'a');
  CHECK(LoadLibraryAt(L"C:\\x.dll").library.path == fake::windows.module_path);
  for (const size_t length : {MAX_PATH - 1, MAX_PATH, MAX_PATH + 1}) {
    fake::windows.module_path = std::wstring(length, L'a');
    CHECK(LoadLibraryAt(L"C:\\x.dll").library.path.size() == length);
  }
}

void TestFunctions() {
  fake::windows = {};
  const auto library = LoadLibraryAt(L"C:\\x.dll").library;
  const auto complete = FindFunctions(library);
  CHECK(!complete.too_old && complete.missing == nullptr);
  CHECK(complete.api.generate_id_for_uri != nullptr);

  fake::windows.missing_functions = {"TokenBindingGenerateIDForUri"};
  const auto before_1903 = FindFunctions(library);
  CHECK(!before_1903.too_old && before_1903.missing == nullptr);
  CHECK(before_1903.api.generate_id_for_uri == nullptr);

  fake::windows.missing_functions = {"TokenBindingGetHighestSupportedVersion",
                                     "TokenBindingGenerateIDForUri"};
  const auto first_version = FindFunctions(library);
  CHECK(first_version.too_old);
  CHECK(first_version.api.generate_message == nullptr);

  fake::windows.missing_functions = {"TokenBindingGenerateID", "TokenBindingDeleteBinding"};
  const auto incomplete = FindFunctions(library);
  CHECK(!incomplete.too_old);
  CHECK(std::string(incomplete.missing) == "TokenBindingDeleteBinding");

  fake::windows.missing_functions = {"TokenBindingVerifyMessage",
                                     "TokenBindingGetHighestSupportedVersion"};
  const auto another = FindFunctions(library);
  CHECK(!another.too_old);
  CHECK(std::string(another.missing) == "TokenBindingVerifyMessage");
}

void TestExports() {
  fake::windows = {};
  CHECK(!IsExported(L"ntdll.dll", "wine_get_version"));
  fake::windows.loaded_path = L"ntdll.dll";
  CHECK(IsExported(L"ntdll.dll", "wine_get_version"));
  fake::windows.missing_functions = {"wine_get_version"};
  CHECK(!IsExported(L"ntdll.dll", "wine_get_version"));
}

int main() {
  TestSystemLibrary();
  TestMissing();
  TestFailureIsNotMissing();
  TestLongPath();
  TestFunctions();
  TestExports();
  std::printf("%d checks passed\n", checks);
}
