#include "secret.h"

#include <windows.h>

namespace tokenbinding {

void Overwrite(void* memory, size_t size) {
  if (size > 0) SecureZeroMemory(memory, size);
}

}  // namespace tokenbinding
