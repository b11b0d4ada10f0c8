#include <cstring>
#include <utility>

#include "../../native/sspi_attributes.h"
#include "../../native/sspi_credentials.h"
#include "../../native/sspi_package.h"
#include "check.h"
#include "fake/fake.h"
#include "fake/secur32.h"
#include "fake/windows.h"

// The packages, the credentials and the attributes of contexts, with a table of fake functions
// whose results each test sets.

using namespace tokenbinding;
using namespace tokenbinding::sspi;
using fake::kSspi;
using fake::secur32;

namespace {

Answer<std::shared_ptr<Credentials>> Acquire(std::optional<Identity> identity = std::nullopt) {
  return AcquireCredentials(kSspi, L"Name", 2, std::move(identity));
}

Identity IdentityOf(const std::u16string& password) {
  Identity identity;
  identity.user = u"user";
  identity.password = Secret<char16_t>(password.size());
  std::memcpy(identity.password.Data(), password.data(), password.size() * sizeof(char16_t));
  return identity;
}

std::shared_ptr<Context> NewContext() {
  secur32 = {};
  auto context = std::make_shared<Context>(*Acquire().value, ContextRequest());
  CHECK(context->Step(std::nullopt).Succeeded());
  return context;
}

void CheckAllReleased() {
  CHECK(fake::BlocksOutstanding() == 0);
  CHECK(fake::HandlesOutstanding() == 0);
}

void TestFunctions() {
  fake::windows = {};
  const Library library = LoadLibraryAt(L"C:\\secur32.dll").library;
  CHECK(FindFunctions(library).missing == nullptr);
  const char* const names[] = {
      "EnumerateSecurityPackagesW",
      "QuerySecurityPackageInfoW",
      "FreeContextBuffer",
      "AcquireCredentialsHandleW",
      "FreeCredentialsHandle",
      "InitializeSecurityContextW",
      "AcceptSecurityContext",
      "CompleteAuthToken",
      "DeleteSecurityContext",
      "QueryContextAttributesW",
      "MakeSignature",
      "VerifySignature",
      "EncryptMessage",
      "DecryptMessage",
  };
  for (const char* const name : names) {
    fake::windows.missing_functions = {name};
    CHECK(std::string(FindFunctions(library).missing) == name);
  }
  fake::windows = {};
}

void TestPackages() {
  secur32 = {};
  const auto list = EnumerateSecurityPackages(kSspi);
  CHECK(list.Succeeded() && list.value->size() == 2);
  const PackageInfo& info = list.value->at(1);
  CHECK(info.name == L"Name" && info.comment == L"Comment");
  CHECK(info.capabilities == 7 && info.version == 1 && info.rpc_id == 10 && info.max_token == 100);
  CHECK(QuerySecurityPackageInfo(kSspi, L"Name").value->comment == L"Comment");
  secur32.package_count = 0;
  CHECK(EnumerateSecurityPackages(kSspi).value->empty());
  for (const abi::Status status : fake::Failures()) {
    secur32 = {};
    secur32.status = status;
    CHECK(EnumerateSecurityPackages(kSspi).status == static_cast<uint32_t>(status));
    CHECK(!EnumerateSecurityPackages(kSspi).value);
    CHECK(QuerySecurityPackageInfo(kSspi, L"Name").status == static_cast<uint32_t>(status));
  }
  CheckAllReleased();
}

void TestInvalidPackages() {
  for (const uint32_t count : {1025u, 100000u, 0xffffffffu}) {
    secur32 = {};
    secur32.package_count = count;
    CHECK(EnumerateSecurityPackages(kSspi).fault.has_value());
  }
  wchar_t* const endless = fake::Text(std::wstring(0x8000, L'x'));
  for (const wchar_t* const text :
       {static_cast<const wchar_t*>(nullptr), reinterpret_cast<const wchar_t*>(sizeof(wchar_t)),
        static_cast<const wchar_t*>(endless)}) {
    secur32 = {};
    secur32.on_package = [&](auto& package) { package.name = text; };
    CHECK(EnumerateSecurityPackages(kSspi).fault.has_value());
    CHECK(QuerySecurityPackageInfo(kSspi, L"Name").fault.has_value());
    CHECK(Acquire().fault.has_value());
    if (text == nullptr) continue;
    secur32.on_package = [&](auto& package) { package.comment = text; };
    CHECK(EnumerateSecurityPackages(kSspi).fault.has_value());
    CHECK(QuerySecurityPackageInfo(kSspi, L"Name").fault.has_value());
  }
  secur32 = {};
  secur32.on_package = [](auto& package) { package.comment = nullptr; };
  CHECK(QuerySecurityPackageInfo(kSspi, L"Name").value->comment.empty());
  CHECK(EnumerateSecurityPackages(kSspi).Succeeded());
  endless[0x7fff] = L'\0';
  secur32 = {};
  secur32.on_package = [&](auto& package) { package.name = endless; };
  CHECK(QuerySecurityPackageInfo(kSspi, L"Name").value->name.size() == 0x7fff);
  HeapFree(GetProcessHeap(), 0, endless);

  // Above the limit, although all of the memory can be read.
  Api many = kSspi;
  many.enumerate_security_packages = [](uint32_t* count, abi::PackageInfo** list) -> abi::Status {
    *count = 1025;
    *list = static_cast<abi::PackageInfo*>(
        HeapAlloc(GetProcessHeap(), 0, *count * sizeof(abi::PackageInfo)));
    return 0;
  };
  CHECK(EnumerateSecurityPackages(many).fault == "cPackages is 1025, above the limit of 1024");

  Api nothing = kSspi;
  nothing.enumerate_security_packages = [](uint32_t* count, abi::PackageInfo**) -> abi::Status {
    *count = 1;
    return 0;
  };
  nothing.query_security_package_info = [](const wchar_t*, abi::PackageInfo**) -> abi::Status {
    return 0;
  };
  CHECK(EnumerateSecurityPackages(nothing).fault.has_value());
  CHECK(QuerySecurityPackageInfo(nothing, L"Name").fault.has_value());
  CheckAllReleased();
}

void TestFaultsOfPackages() {
  secur32 = {};
  secur32.package_count = 1025;
  CHECK(EnumerateSecurityPackages(kSspi).fault == "cPackages is 1025, above the limit of 1024");
  secur32.package_count = 1000;
  CHECK(EnumerateSecurityPackages(kSspi).fault ==
        "cPackages is 1000, but the array cannot be read");
  secur32.package_count = 2;
  wchar_t* const endless = fake::Text(std::wstring(0x8000, L'x'));
  int left = 1;
  secur32.on_package = [&](auto& package) {
    if (left-- == 0) package.name = endless;
  };
  CHECK(EnumerateSecurityPackages(kSspi).fault ==
        "package 1: Name has no terminator within 32767 characters");
  HeapFree(GetProcessHeap(), 0, endless);
  secur32 = {};
  secur32.on_package = [](auto& package) { package.name = nullptr; };
  CHECK(QuerySecurityPackageInfo(kSspi, L"Name").fault == "Name is NULL");
  secur32 = {};
  secur32.max_token = 0x100001;
  CHECK(Acquire().fault == "cbMaxToken is 1048577, above the limit of 1048576");
  CheckAllReleased();
}

void TestCredentials() {
  secur32 = {};
  bool called = false;
  bool has_identity = true;
  secur32.on_identity = [&](const abi::Identity* identity) {
    called = true;
    has_identity = identity != nullptr;
  };
  {
    const auto credentials = Acquire();
    CHECK(credentials.Succeeded() && credentials.value->get()->max_token == 100);
    CHECK(called && !has_identity);
    CHECK(fake::HandlesOutstanding() == 1);
  }
  CheckAllReleased();
  for (const abi::Status status : fake::Failures()) {
    secur32 = {};
    // First QuerySecurityPackageInfo fails, then only AcquireCredentialsHandle.
    secur32.status = status;
    CHECK(Acquire().status == static_cast<uint32_t>(status));
    CHECK(secur32.calls.empty());
    secur32.status = 0;
    secur32.on_package = [&](auto&) { secur32.status = 0; };
    secur32.on_identity = [&](auto*) { secur32.status = status; };
    const auto refused = Acquire();
    CHECK(refused.status == static_cast<uint32_t>(status) && !refused.value);
  }
  CheckAllReleased();
}

void TestInvalidCredentials() {
  secur32 = {};
  secur32.creates_handles = false;
  CHECK(Acquire().fault.has_value());
  for (const uint32_t size : {0x100001u, 0xffffffffu}) {
    secur32 = {};
    secur32.max_token = size;
    CHECK(Acquire().fault.has_value());
    CHECK(secur32.calls.empty());
  }
  secur32.max_token = 0x100000;
  CHECK(Acquire().Succeeded());
  CheckAllReleased();
}

/// Acquires credentials with an identity. Returns whether the password was overwritten.
bool IsPasswordOverwritten(const std::u16string& password, bool must_be_passed) {
  const void* seen = nullptr;
  secur32.on_identity = [&](const abi::Identity* identity) {
    CHECK(identity->flags == abi::kUnicode);
    CHECK(identity->user_size == 4 && std::memcmp(identity->user, u"user", 8) == 0);
    CHECK(identity->domain_size == 0 && identity->domain != nullptr);
    CHECK(identity->password_size == password.size() && identity->password != nullptr);
    const size_t size = password.size() * sizeof(char16_t);
    CHECK(std::memcmp(identity->password, password.data(), size) == 0);
    CHECK(!fake::WasOverwritten(identity->password, size + 1));
    seen = identity->password;
  };
  Identity identity = IdentityOf(password);
  fake::ForgetOverwritten();
  const void* const memory = identity.password.Data();
  Acquire(std::move(identity));
  CHECK(!must_be_passed || seen == memory);
  return fake::WasOverwritten(memory, password.size() * sizeof(char16_t));
}

void TestPasswords() {
  const std::u16string passwords[] = {u"", u"x", u"p\u00e4ss\0word", std::u16string(127, u'x'),
                                      std::u16string(5000, u'x')};
  for (const std::u16string& password : passwords) {
    secur32 = {};
    CHECK(IsPasswordOverwritten(password, true));
    secur32.creates_handles = false;
    CHECK(IsPasswordOverwritten(password, true));
    secur32.status = static_cast<abi::Status>(0x8009030e);
    CHECK(IsPasswordOverwritten(password, false));
    secur32.status = 0;
    secur32.max_token = 0xffffffff;
    CHECK(IsPasswordOverwritten(password, false));
  }
  CheckAllReleased();
}

void TestAttributes() {
  const auto context = NewContext();
  secur32.on_query = [](uint32_t attribute, void* values) {
    CHECK(attribute == 0);
    *static_cast<abi::Sizes*>(values) = {100, 37, 1, 60};
  };
  const auto sizes = *QuerySizes(*context).value;
  CHECK(sizes.max_token == 100 && sizes.max_signature == 37);
  CHECK(sizes.block_size == 1 && sizes.security_trailer == 60);
  for (const abi::Sizes large : {abi::Sizes{100, 0x10001, 1, 60}, abi::Sizes{100, 37, 0x10001, 60},
                                 abi::Sizes{100, 37, 1, 0x10001}}) {
    secur32.on_query = [&](uint32_t, void* values) { *static_cast<abi::Sizes*>(values) = large; };
    CHECK(QuerySizes(*context).fault.has_value());
  }

  secur32.on_query = [](uint32_t attribute, void* values) {
    CHECK(attribute == 1);
    static_cast<abi::Names*>(values)->user_name = fake::Text(L"DOM\\user");
  };
  CHECK(QueryNames(*context).value == L"DOM\\user");

  secur32.on_query = [](uint32_t attribute, void* values) {
    CHECK(attribute == 5);
    *static_cast<abi::KeyInfo*>(values) = {fake::Text(L"HMAC"), fake::Text(L"RC4"), 128, 3, 4};
  };
  const auto info = *QueryKeyInfo(*context).value;
  CHECK(info.signature_algorithm_name == L"HMAC" && info.encrypt_algorithm_name == L"RC4");
  CHECK(info.key_size == 128 && info.signature_algorithm == 3 && info.encrypt_algorithm == 4);

  secur32.on_query = [](uint32_t attribute, void* values) {
    CHECK(attribute == 14);
    static_cast<abi::Flags*>(values)->flags = 0x10010;
  };
  CHECK(QueryFlags(*context).value == 0x10010);
}

/// Both names are optional: Windows' page on SecPkgContext_KeyInfo has them `if available`.
void TestKeyInfoWithoutNames() {
  const auto context = NewContext();
  for (const int names : {0, 1, 2}) {
    secur32.on_query = [&](uint32_t, void* values) {
      *static_cast<abi::KeyInfo*>(values) = {names == 1 ? fake::Text(L"HMAC") : nullptr,
                                             names == 2 ? fake::Text(L"RC4") : nullptr, 128, 3, 4};
    };
    const auto info = QueryKeyInfo(*context);
    CHECK(info.Succeeded() && info.value->key_size == 128);
    CHECK(info.value->signature_algorithm_name == (names == 1 ? L"HMAC" : L""));
    CHECK(info.value->encrypt_algorithm_name == (names == 2 ? L"RC4" : L""));
  }
  secur32.on_query = [](uint32_t, void* values) {
    static_cast<abi::KeyInfo*>(values)->encrypt_algorithm_name = fake::Text(L"RC4");
  };
  fake::windows.protection = 0x01;
  CHECK(QueryKeyInfo(*context).fault == "sEncryptAlgorithmName cannot be read");
  fake::windows = {};
}

void TestFaultsOfAttributes() {
  const auto context = NewContext();
  secur32.on_query = [](uint32_t, void* values) {
    *static_cast<abi::Sizes*>(values) = {100, 37, 1, 70000};
  };
  CHECK(QuerySizes(*context).fault == "cbSecurityTrailer is 70000, above the limit of 65536");
  secur32.on_query = [](uint32_t, void* values) {
    *static_cast<abi::SessionKey*>(values) = {16, nullptr};
  };
  CHECK(QuerySessionKey(*context).fault == "SessionKeyLength is 16, but SessionKey is NULL");
  secur32.on_query = nullptr;
  CHECK(QueryNames(*context).fault == "sUserName is NULL");
}

/// Returns a package. The structures of both attributes begin with the pointer to it.
void ReturnPackage(uint32_t attribute, void* values) {
  CHECK(attribute == 10 || attribute == 12);
  kSspi.query_security_package_info(L"Name", static_cast<abi::PackageInfo**>(values));
}

void TestPackageAttributes() {
  const auto context = NewContext();
  secur32.on_query = ReturnPackage;
  CHECK(QueryPackageInfo(*context).value->name == L"Name");
  secur32.on_query = [](uint32_t attribute, void* values) {
    ReturnPackage(attribute, values);
    static_cast<abi::NegotiationInfo*>(values)->state = 2;
  };
  const auto negotiation = *QueryNegotiationInfo(*context).value;
  CHECK(negotiation.package.comment == L"Comment" && negotiation.state == 2);
}

void TestSessionKey() {
  const auto context = NewContext();
  const uint8_t* given = nullptr;
  uint32_t size = 16;
  uint32_t capacity = 16;
  secur32.on_query = [&](uint32_t attribute, void* values) {
    CHECK(attribute == 9);
    auto* const key = static_cast<uint8_t*>(HeapAlloc(GetProcessHeap(), 0, capacity));
    std::memset(key, 7, capacity);
    *static_cast<abi::SessionKey*>(values) = {size, key};
    given = key;
  };
  const uint8_t* copied = nullptr;
  {
    fake::ForgetOverwritten();
    const auto answer = QuerySessionKey(*context);
    CHECK(answer.value->Size() == 16);
    copied = answer.value->Data();
    for (int index = 0; index < 16; index++) CHECK(copied[index] == 7);
    CHECK(fake::WasOverwritten(given, 16));
    CHECK(!fake::WasOverwritten(copied, 16));
  }
  CHECK(fake::WasOverwritten(copied, 16));
  for (const uint32_t wrong : {17u, 0x1001u, 0xffffffffu}) {
    size = wrong;
    CHECK(QuerySessionKey(*context).fault.has_value());
  }
  capacity = size = 0x1001;
  CHECK(QuerySessionKey(*context).fault.has_value());
  capacity = size = 0x1000;
  CHECK(QuerySessionKey(*context).Succeeded());
  size = 0;
  CHECK(QuerySessionKey(*context).value->Size() == 0);
  secur32.on_query = [](uint32_t, void* values) {
    *static_cast<abi::SessionKey*>(values) = {16, nullptr};
  };
  CHECK(QuerySessionKey(*context).fault.has_value());
}

/// Returns the attribute with its memory, as a success does.
void ReturnAny(uint32_t attribute, void* values) {
  if (attribute == 1) static_cast<abi::Names*>(values)->user_name = fake::Text(L"user");
  if (attribute == 5) {
    *static_cast<abi::KeyInfo*>(values) = {fake::Text(L"a"), fake::Text(L"b"), 1, 2, 3};
  }
  if (attribute == 9) {
    auto* const key = static_cast<uint8_t*>(HeapAlloc(GetProcessHeap(), 0, 16));
    *static_cast<abi::SessionKey*>(values) = {16, key};
  }
  if (attribute == 10 || attribute == 12) ReturnPackage(attribute, values);
}

template <typename Query>
void CheckQuery(Query query) {
  const auto context = NewContext();
  for (const abi::Status status : fake::Failures()) {
    secur32.status = status;
    secur32.on_query = nullptr;
    CHECK(query(*context).status == static_cast<uint32_t>(status));
    // A failure that still returns memory.
    secur32.on_query = ReturnAny;
    CHECK(query(*context).status == static_cast<uint32_t>(status));
  }
  secur32.status = 0;
  Context unused(*Acquire().value, ContextRequest());
  CHECK(query(unused).status == 0x80090301);
}

template <typename Query>
void CheckNullIsAFault(Query query) {
  const auto context = NewContext();
  CHECK(query(*context).fault.has_value());
}

void TestFailingAttributes() {
  CheckQuery(QuerySizes);
  CheckQuery(QueryNames);
  CheckQuery(QueryKeyInfo);
  CheckQuery(QuerySessionKey);
  CheckQuery(QueryPackageInfo);
  CheckQuery(QueryNegotiationInfo);
  CheckQuery(QueryFlags);
  CheckNullIsAFault(QueryNames);
  CheckNullIsAFault(QueryPackageInfo);
  CheckNullIsAFault(QueryNegotiationInfo);
}

void TestOneBlockForTwoTexts() {
  const auto context = NewContext();
  secur32.on_query = [](uint32_t, void* values) {
    wchar_t* const both = fake::Text(L"both");
    *static_cast<abi::KeyInfo*>(values) = {both, both, 128, 3, 4};
  };
  CHECK(QueryKeyInfo(*context).value->encrypt_algorithm_name == L"both");
}

}  // namespace

int main() {
  TestFunctions();
  TestPackages();
  TestInvalidPackages();
  TestFaultsOfPackages();
  TestCredentials();
  TestInvalidCredentials();
  TestPasswords();
  TestAttributes();
  TestKeyInfoWithoutNames();
  TestFaultsOfAttributes();
  TestPackageAttributes();
  TestSessionKey();
  TestFailingAttributes();
  TestOneBlockForTwoTexts();
  CheckAllReleased();
  std::printf("%d checks passed\n", checks);
}
