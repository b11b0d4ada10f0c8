/* Part of a stand-in for tests; not Microsoft's DLL. TLS presentation language, bounded. */
#ifndef STAND_IN_BYTES_H
#define STAND_IN_BYTES_H

#include <stddef.h>
#include <windows.h>

/* Bytes of somebody else; as a cursor, the bytes that have not been read yet. */
typedef struct {
  const BYTE *bytes;
  size_t size;
} Span;

/* Each answers FALSE, with the cursor undefined, when the bytes do not hold what is asked for. */
BOOL take_bytes(Span *cursor, size_t size, Span *taken);
BOOL take_u8(Span *cursor, BYTE *value);
BOOL take_u16(Span *cursor, WORD *value);
BOOL take_opaque8(Span *cursor, size_t minimum, Span *content);
BOOL take_opaque16(Span *cursor, size_t minimum, Span *content);

/* Each answers where the next byte goes. The caller has measured the room. */
BYTE *put_u8(BYTE *at, BYTE value);
BYTE *put_u16(BYTE *at, WORD value);
BYTE *put_bytes(BYTE *at, Span content);

#endif
