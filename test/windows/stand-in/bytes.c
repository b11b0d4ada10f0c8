/* Part of a stand-in for tests; not Microsoft's DLL. TLS presentation language, bounded. */
#include "bytes.h"

#include <string.h>

BOOL take_bytes(Span *cursor, size_t size, Span *taken) {
  if (size > cursor->size) return FALSE;
  taken->bytes = cursor->bytes;
  taken->size = size;
  cursor->bytes += size;
  cursor->size -= size;
  return TRUE;
}

BOOL take_u8(Span *cursor, BYTE *value) {
  Span octet;
  if (!take_bytes(cursor, 1, &octet)) return FALSE;
  *value = octet.bytes[0];
  return TRUE;
}

BOOL take_u16(Span *cursor, WORD *value) {
  Span octets;
  if (!take_bytes(cursor, 2, &octets)) return FALSE;
  *value = (WORD)(octets.bytes[0] << 8 | octets.bytes[1]);
  return TRUE;
}

BOOL take_opaque8(Span *cursor, size_t minimum, Span *content) {
  BYTE size;
  return take_u8(cursor, &size) && size >= minimum && take_bytes(cursor, size, content);
}

BOOL take_opaque16(Span *cursor, size_t minimum, Span *content) {
  WORD size;
  return take_u16(cursor, &size) && size >= minimum && take_bytes(cursor, size, content);
}

BYTE *put_u8(BYTE *at, BYTE value) {
  *at = value;
  return at + 1;
}

BYTE *put_u16(BYTE *at, WORD value) {
  at[0] = (BYTE)(value >> 8);
  at[1] = (BYTE)(value & 0xFF);
  return at + 2;
}

BYTE *put_bytes(BYTE *at, Span content) {
  if (content.size > 0) memcpy(at, content.bytes, content.size);
  return at + content.size;
}
