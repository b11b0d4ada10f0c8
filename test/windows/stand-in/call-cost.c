/* Part of a stand-in for tests; not Microsoft's DLL. The cost of calls of this ABI in C. */
#include "abi.h"

#include <bcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_DEFAULT 2000u
#define ROUNDS_MAX 1000000u
#define SHORT_BATCH 100u
#define EKM_SIZE 32
#define DIGEST_SIZE 32
#define POINT_SIZE 64
#define SIGNATURE_SIZE 64
/* Offsets in a TokenBindingMessage with one P-256 binding. */
#define SIGNED_AT 2
#define POINT_AT 7
#define SIGNATURE_AT 73
#define MESSAGE_SIZE 139

typedef void (*Function)(void);

typedef LONG(__stdcall *GenerateBinding)(DWORD, PCWSTR, DWORD, const void *, DWORD, DWORD,
                                         const void *, void **, DWORD *,
                                         TOKENBINDING_RESULT_DATA **);
typedef LONG(__stdcall *GenerateMessage)(const void *const[], const DWORD[], DWORD, void **,
                                         DWORD *);
typedef LONG(__stdcall *VerifyMessage)(const void *, DWORD, DWORD, const void *, DWORD,
                                       TOKENBINDING_RESULT_LIST **);

static const BYTE ekm[EKM_SIZE] = {0x5E};
static HMODULE library;
static VerifyMessage verify_message;
static GenerateMessage generate_message;
static void *binding;
static DWORD binding_size;
static BYTE message[MESSAGE_SIZE];
static BYTE digest[DIGEST_SIZE];
static BCRYPT_KEY_HANDLE key;

static void require(BOOL good, const char *what) {
  if (good) return;
  fprintf(stderr, "call-cost: %s failed\n", what);
  exit(1);
}

static Function function(const char *name) {
  Function found = (Function)GetProcAddress(library, name);
  require(found != NULL, name);
  return found;
}

static void make_binding(void) {
  GenerateBinding generate_binding = (GenerateBinding)function("TokenBindingGenerateBinding");
  LONG status = generate_binding(TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256,
                                 L"https://cost.example/", TOKENBINDING_TYPE_PROVIDED, ekm,
                                 EKM_SIZE, 0, NULL, &binding, &binding_size, NULL);
  require(status == ERROR_SUCCESS, "TokenBindingGenerateBinding");
}

static void call_generate(void) {
  const void *const bindings[] = {binding};
  void *made;
  DWORD size;
  LONG status = generate_message(bindings, &binding_size, 1, &made, &size);
  require(status == ERROR_SUCCESS && size == MESSAGE_SIZE, "TokenBindingGenerateMessage");
  memcpy(message, made, MESSAGE_SIZE);
  HeapFree(GetProcessHeap(), 0, made);
}

static void make_digest(void) {
  BCRYPT_ALG_HANDLE sha256;
  BYTE input[2 + EKM_SIZE];
  memcpy(input, message + SIGNED_AT, 2);
  memcpy(input + 2, ekm, EKM_SIZE);
  require(BCryptOpenAlgorithmProvider(&sha256, BCRYPT_SHA256_ALGORITHM, NULL, 0) == 0, "SHA-256");
  require(BCryptHash(sha256, NULL, 0, input, sizeof input, digest, DIGEST_SIZE) == 0, "BCryptHash");
}

static void import_key(void) {
  BCRYPT_ALG_HANDLE ecdsa;
  const BCRYPT_ECCKEY_BLOB header = {BCRYPT_ECDSA_PUBLIC_P256_MAGIC, POINT_SIZE / 2};
  BYTE blob[sizeof header + POINT_SIZE];
  memcpy(blob, &header, sizeof header);
  memcpy(blob + sizeof header, message + POINT_AT, POINT_SIZE);
  require(BCryptOpenAlgorithmProvider(&ecdsa, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0) == 0, "ECDSA");
  require(BCryptImportKeyPair(ecdsa, NULL, BCRYPT_ECCPUBLIC_BLOB, &key, blob, sizeof blob, 0) == 0,
          "BCryptImportKeyPair");
}

static void call_verify(void) {
  TOKENBINDING_RESULT_LIST *results;
  LONG status = verify_message(message, MESSAGE_SIZE, TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256,
                               ekm, EKM_SIZE, &results);
  require(status == ERROR_SUCCESS, "TokenBindingVerifyMessage");
  HeapFree(GetProcessHeap(), 0, results);
}

static void call_bcrypt(void) {
  NTSTATUS status = BCryptVerifySignature(key, NULL, digest, DIGEST_SIZE, message + SIGNATURE_AT,
                                          SIGNATURE_SIZE, 0);
  require(status == 0, "BCryptVerifySignature");
}

static int compare(const void *a, const void *b) {
  LONGLONG left = *(const LONGLONG *)a, right = *(const LONGLONG *)b;
  return (left > right) - (left < right);
}

/* A sample is the mean of `batch` calls, because the clock cannot resolve the shortest ones. */
static LONGLONG sample(void (*call)(void), unsigned batch) {
  LARGE_INTEGER start, end;
  QueryPerformanceCounter(&start);
  for (unsigned i = 0; i < batch; i++) call();
  QueryPerformanceCounter(&end);
  return end.QuadPart - start.QuadPart;
}

static double median_microseconds(void (*call)(void), size_t rounds, unsigned batch) {
  LARGE_INTEGER frequency;
  LONGLONG *ticks = malloc(rounds * sizeof *ticks);
  require(ticks != NULL, "malloc");
  QueryPerformanceFrequency(&frequency);
  for (size_t i = 0; i < rounds; i++) ticks[i] = sample(call, batch);
  qsort(ticks, rounds, sizeof *ticks, compare);
  size_t middle = rounds / 2;
  double median = (double)ticks[middle];
  free(ticks);
  return 1e6 * median / (double)frequency.QuadPart / batch;
}

static size_t rounds_from(const char *argument) {
  unsigned long rounds = argument == NULL ? ROUNDS_DEFAULT : strtoul(argument, NULL, 10);
  require(rounds > 0 && rounds <= ROUNDS_MAX, "reading the number of rounds");
  return rounds;
}

int main(int argc, char **argv) {
  require(argc >= 2, "reading the path of the DLL");
  size_t rounds = rounds_from(argc > 2 ? argv[2] : NULL);
  library = LoadLibraryA(argv[1]);
  require(library != NULL, "LoadLibrary");
  verify_message = (VerifyMessage)function("TokenBindingVerifyMessage");
  generate_message = (GenerateMessage)function("TokenBindingGenerateMessage");
  make_binding();
  call_generate();
  make_digest();
  import_key();
  double verify = median_microseconds(call_verify, rounds, 1);
  double bare = median_microseconds(call_bcrypt, rounds, 1);
  double generate = median_microseconds(call_generate, rounds, SHORT_BATCH);
  printf("{\"verifyMessage\":%.2f,\"signature\":%.2f,\"generateMessage\":%.4f}\n", verify, bare,
         generate);
  return 0;
}
