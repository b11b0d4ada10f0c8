#include "secur32.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "windows.h"

namespace fake {

Secur32 secur32;

namespace {

using abi::Handle;
using abi::Status;

constexpr uintptr_t kCredentials = 0xc0;
constexpr uintptr_t kContext = 0xc1;
std::set<uintptr_t> handles;
uintptr_t next_handle = 1;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

bool IsOpen(const Handle* handle, uintptr_t kind) {
  return handle != nullptr && handle->upper == kind && handles.count(handle->lower) != 0;
}

void Create(Handle* handle, uintptr_t kind) {
  if (secur32.status < 0 || !secur32.creates_handles) return;
  handles.insert(next_handle);
  *handle = {next_handle++, kind};
}

Status Release(const char* name, Handle* handle, uintptr_t kind) {
  secur32.calls.emplace_back(name);
  Require(IsOpen(handle, kind), "an invalid handle was released");
  handles.erase(handle->lower);
  return 0;
}

/// Allocates the structures in one block with their texts.
abi::PackageInfo* NewPackages(uint32_t count) {
  const wchar_t texts[] = L"Name\0Comment";
  const size_t head = count * sizeof(abi::PackageInfo);
  auto* const memory = static_cast<char*>(HeapAlloc(GetProcessHeap(), 0, head + sizeof(texts)));
  auto* const list = reinterpret_cast<abi::PackageInfo*>(memory);
  auto* const name = reinterpret_cast<wchar_t*>(memory + head);
  std::memcpy(name, texts, sizeof(texts));
  for (uint32_t index = 0; index < count; index++) {
    list[index] = {7, 1, 10, secur32.max_token, name, name + 5};
    if (secur32.on_package) secur32.on_package(list[index]);
  }
  return list;
}

Status Enumerate(uint32_t* count, abi::PackageInfo** packages) {
  *packages = NewPackages(2);
  *count = secur32.package_count;
  return secur32.status;
}

Status QueryPackage(const wchar_t*, abi::PackageInfo** package) {
  *package = NewPackages(1);
  return secur32.status;
}

Status Free(void* memory) {
  HeapFree(GetProcessHeap(), 0, memory);
  return 0;
}

Status Acquire(const wchar_t* principal, const wchar_t*, uint32_t, void* logon_id,
               const abi::Identity* identity, tokenbinding::AnyFunction get_key, void* argument,
               Handle* credentials, abi::TimeStamp* expiry) {
  secur32.calls.emplace_back("Acquire");
  const bool none = principal == nullptr && logon_id == nullptr && argument == nullptr;
  Require(none && get_key == nullptr && expiry != nullptr,
          "Acquire was called with an unexpected argument");
  if (secur32.on_identity) secur32.on_identity(identity);
  Create(credentials, kCredentials);
  return secur32.status;
}

Status FreeCredentials(Handle* handle) { return Release("FreeCredentials", handle, kCredentials); }

/// Each step creates a new handle and releases the previous one.
Status Step(const char* name, Handle* credentials, Handle* context, abi::BufferList* input,
            uint32_t requirements, Handle* new_context, abi::BufferList* output) {
  secur32.calls.emplace_back(context == nullptr ? name : std::string(name) + " again");
  secur32.requirements = requirements;
  Require(IsOpen(credentials, kCredentials), "a step used closed credentials");
  Require(context == nullptr || IsOpen(context, kContext), "a step used a closed context");
  if (secur32.on_step) secur32.on_step(input, output);
  if (secur32.status >= 0 && context != nullptr) handles.erase(context->lower);
  Create(new_context, kContext);
  // The caller must not release what a failed step leaves there.
  if (secur32.status < 0) *new_context = {0xdead, kContext};
  return secur32.status;
}

Status Initialize(Handle* credentials, Handle* context, const wchar_t* target,
                  uint32_t requirements, uint32_t, uint32_t, abi::BufferList* input, uint32_t,
                  Handle* new_context, abi::BufferList* output, uint32_t* attributes,
                  abi::TimeStamp*) {
  secur32.target = target == nullptr ? L"none" : target;
  *attributes = 0x18;
  return Step("Initialize", credentials, context, input, requirements, new_context, output);
}

Status Accept(Handle* credentials, Handle* context, abi::BufferList* input, uint32_t requirements,
              uint32_t, Handle* new_context, abi::BufferList* output, uint32_t* attributes,
              abi::TimeStamp*) {
  *attributes = 0x28;
  return Step("Accept", credentials, context, input, requirements, new_context, output);
}

Status Complete(Handle* context, abi::BufferList* output) {
  secur32.calls.emplace_back("Complete");
  Require(IsOpen(context, kContext) && output->count == 1, "a closed context was completed");
  return secur32.status_of_complete;
}

Status Delete(Handle* handle) { return Release("Delete", handle, kContext); }

Status Query(Handle* context, uint32_t attribute, void* values) {
  Require(IsOpen(context, kContext), "a closed context was queried");
  if (secur32.on_query) secur32.on_query(attribute, values);
  return secur32.status;
}

Status Protect(Handle* context, uint32_t qop, abi::BufferList* message, uint32_t sequence) {
  Require(IsOpen(context, kContext), "a message call used a closed context");
  secur32.qop = qop;
  secur32.sequence = sequence;
  if (secur32.on_message) secur32.on_message(message, nullptr);
  return secur32.status;
}

Status Unprotect(Handle* context, abi::BufferList* message, uint32_t sequence, uint32_t* qop) {
  Require(IsOpen(context, kContext), "a message call used a closed context");
  secur32.sequence = sequence;
  if (secur32.on_message) secur32.on_message(message, qop);
  return secur32.status;
}

}  // namespace

const tokenbinding::sspi::Api kSspi = {
    Enumerate, QueryPackage, Free,  Acquire, FreeCredentials, Initialize, Accept,
    Complete,  Delete,       Query, Protect, Unprotect,       Protect,    Unprotect};

size_t HandlesOutstanding() { return handles.size(); }

wchar_t* Text(const std::wstring& text) {
  const size_t size = (text.size() + 1) * sizeof(wchar_t);
  auto* const memory = static_cast<wchar_t*>(HeapAlloc(GetProcessHeap(), 0, size));
  std::memcpy(memory, text.c_str(), size);
  return memory;
}

std::vector<Status> Failures() {
  std::vector<Status> failures;
  // SEC_E_INSUFFICIENT_MEMORY to SEC_E_NO_SPM, then those of the other ranges.
  for (uint32_t status = 0x80090300; status <= 0x80090375; status++) {
    failures.push_back(static_cast<Status>(status));
  }
  // SEC_I_LOCAL_LOGON, SEC_I_CONTEXT_EXPIRED, SEC_I_INCOMPLETE_CREDENTIALS, SEC_I_RENEGOTIATE,
  // SEC_I_NO_LSA_CONTEXT, SEC_I_SIGNATURE_NEEDED, SEC_I_NO_RENEGOTIATION, SEC_I_MESSAGE_FRAGMENT;
  // and numbers that are no status of SSPI.
  for (const uint32_t status :
       {0x00090315u, 0x00090317u, 0x00090320u, 0x00090321u, 0x00090323u, 0x0009035cu, 0x00090360u,
        0x00090364u, 1u, 0x7fffffffu, 0x80000000u, 0xc0000008u, 0xffffffffu}) {
    failures.push_back(static_cast<Status>(status));
  }
  return failures;
}

}  // namespace fake
