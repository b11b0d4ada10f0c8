/* Part of a stand-in for tests; not Microsoft's DLL. Private keys by target, in memory. */
#include "own-keys.h"

#include "abi.h"
#include "key-pair.h"

#include <string.h>
#include <wchar.h>

struct OwnKey {
  OwnKey *next;
  /* The list counts as one user. */
  unsigned users;
  BYTE key_parameters;
  BOOL made;
  /* Held while the pair is generated: other users of this key wait, users of another key do not. */
  SRWLOCK lock;
  KeyPair pair;
  WCHAR target[];
};

/* Guards the list, and `next`, `users` and `made` of every key. */
static SRWLOCK store = SRWLOCK_INIT;
static OwnKey *first;

static void release_locked(OwnKey *key) {
  if (--key->users > 0) return;
  if (key->made) BCryptDestroyKey(key->pair.handle);
  HeapFree(GetProcessHeap(), 0, key);
}

static OwnKey *find(PCWSTR target, BYTE key_parameters) {
  for (OwnKey *key = first; key != NULL; key = key->next) {
    if (key->key_parameters == key_parameters && wcscmp(key->target, target) == 0) return key;
  }
  return NULL;
}

static OwnKey *find_made(PCWSTR target) {
  static const BYTE preferred[] = {TOKENBINDING_KEY_PARAMETERS_TYPE_ECDSAP256,
                                   TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PSS,
                                   TOKENBINDING_KEY_PARAMETERS_TYPE_RSA2048_PKCS};
  for (size_t i = 0; i < ARRAYSIZE(preferred); i++) {
    OwnKey *key = find(target, preferred[i]);
    if (key != NULL && key->made) return key;
  }
  return NULL;
}

static OwnKey *insert(PCWSTR target, BYTE key_parameters) {
  size_t target_size = (wcslen(target) + 1) * sizeof *target;
  OwnKey *key = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *key + target_size);
  if (key == NULL) return NULL;
  key->key_parameters = key_parameters;
  InitializeSRWLock(&key->lock);
  memcpy(key->target, target, target_size);
  key->users = 1;
  key->next = first;
  first = key;
  return key;
}

/* Finds a key, or adds one to the list whose pair is not generated yet. */
static LONG look_up(PCWSTR target, DWORD key_type, OwnKey **key) {
  LONG status = ERROR_SUCCESS;
  AcquireSRWLockExclusive(&store);
  if (key_type == TOKENBINDING_KEY_PARAMETERS_TYPE_ANYEXISTING) {
    *key = find_made(target);
    if (*key == NULL) status = NTE_NOT_FOUND;
  } else {
    *key = find(target, (BYTE)key_type);
    if (*key == NULL) *key = insert(target, (BYTE)key_type);
    if (*key == NULL) status = NTE_NO_MEMORY;
  }
  if (*key != NULL) (*key)->users++;
  ReleaseSRWLockExclusive(&store);
  return status;
}

/* Only the holder of key->lock writes `made`, so it may read it without the lock of the list. */
static LONG make(OwnKey *key) {
  LONG status = ERROR_SUCCESS;
  AcquireSRWLockExclusive(&key->lock);
  if (!key->made) {
    status = key_pair_generate(key->key_parameters, &key->pair);
    if (status == ERROR_SUCCESS) {
      AcquireSRWLockExclusive(&store);
      key->made = TRUE;
      ReleaseSRWLockExclusive(&store);
    }
  }
  ReleaseSRWLockExclusive(&key->lock);
  return status;
}

LONG own_key_acquire(PCWSTR target, DWORD key_type, OwnKey **key) {
  LONG status = look_up(target, key_type, key);
  if (status != ERROR_SUCCESS) return status;
  status = make(*key);
  if (status != ERROR_SUCCESS) own_key_release(*key);
  return status;
}

void own_key_release(OwnKey *key) {
  AcquireSRWLockExclusive(&store);
  release_locked(key);
  ReleaseSRWLockExclusive(&store);
}

BYTE own_key_parameters(const OwnKey *key) { return key->key_parameters; }

const Identifier *own_key_identifier(const OwnKey *key) { return &key->pair.identifier; }

/* One signature at a time for each key: some bcrypt.dll modify the key while they sign. */
LONG own_key_sign(OwnKey *key, const Signed *data, BYTE signature[SIGNATURE_MAX]) {
  AcquireSRWLockExclusive(&key->lock);
  LONG status = signature_make(key->pair.handle, data, signature);
  ReleaseSRWLockExclusive(&key->lock);
  return status;
}

/* A key in use leaves the list now and is destroyed by its last user. */
static BOOL unlink_keys(PCWSTR target) {
  BOOL found = FALSE;
  OwnKey **link = &first;
  while (*link != NULL) {
    OwnKey *key = *link;
    if (target != NULL && wcscmp(key->target, target) != 0) {
      link = &key->next;
      continue;
    }
    found = found || key->made;
    *link = key->next;
    release_locked(key);
  }
  return found;
}

LONG own_keys_delete(PCWSTR target) {
  AcquireSRWLockExclusive(&store);
  BOOL found = unlink_keys(target);
  ReleaseSRWLockExclusive(&store);
  return found ? ERROR_SUCCESS : NTE_NOT_FOUND;
}

void own_keys_delete_all(void) {
  AcquireSRWLockExclusive(&store);
  unlink_keys(NULL);
  ReleaseSRWLockExclusive(&store);
}

/* Without the lock: the thread that held it may have ended. */
size_t own_keys_count(void) {
  size_t count = 0;
  for (const OwnKey *key = first; key != NULL; key = key->next) count++;
  return count;
}
