/* Part of a stand-in for tests; not Microsoft's DLL. A variant with other statuses. */
#include "undocumented.h"

/* Win32 codes are positive; a DLL may return them unchanged. */
LONG map_status(LONG status) {
  switch (status) {
    case SEC_E_INVALID_TOKEN:
    case NTE_INVALID_PARAMETER:
    case NTE_BAD_LEN: return E_INVALIDARG;
    case NTE_BAD_SIGNATURE: return ERROR_INVALID_DATA;
    case SEC_E_ALGORITHM_MISMATCH: return NTE_BAD_ALGID;
    case NTE_BAD_KEY: return NTE_BAD_DATA;
    case NTE_NOT_FOUND: return HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
    case NTE_NOT_SUPPORTED: return NTE_BAD_TYPE;
    default: return status;
  }
}

BOOL lists_only_verified(void) { return FALSE; }
