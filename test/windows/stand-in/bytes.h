/* Part of a stand-in for tests; not Microsoft's DLL. TLS presentation language, bounded. */
#ifndef STAND_IN_BYTES_H
#define STAND_IN_BYTES_H

#include <stddef.h>
#include <windows.h>

/* Borrowed bytes; as a cursor, the bytes that are not read yet. */
typedef struct {
  const BYTE *bytes;
  size_t size;
} Span;

/* Each returns FALSE if the bytes are too short; the cursor is then undefined. */
BOOL take_bytes(Span *cursor, size_t size, Span *taken);
BOOL take_u8(Span *cursor, BYTE *value);
BOOL take_u16(Span *cursor, WORD *value);
BOOL take_opaque8(Span *cursor, size_t minimum, Span *content);
BOOL take_opaque16(Span *cursor, size_t minimum, Span *content);

/* Each returns the position of the next byte. The caller has checked the capacity. */
BYTE *put_u8(BYTE *at, BYTE value);
BYTE *put_u16(BYTE *at, WORD value);
BYTE *put_bytes(BYTE *at, Span content);

#endif
