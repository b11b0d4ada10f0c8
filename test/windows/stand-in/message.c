/* Part of a stand-in for tests; not Microsoft's DLL. TokenBindingMessage (RFC 8471 3). */
#include "message.h"

#define SIGNATURE_MIN 64

static BOOL extensions_are_whole(Span extensions) {
  while (extensions.size > 0) {
    BYTE type;
    Span data;
    if (!take_u8(&extensions, &type) || !take_opaque16(&extensions, 0, &data)) return FALSE;
  }
  return TRUE;
}

static BOOL take_binding(Span *cursor, Binding *binding) {
  return take_u8(cursor, &binding->type) &&
         take_identifier(cursor, &binding->identifier, &binding->key) &&
         take_opaque16(cursor, SIGNATURE_MIN, &binding->signature) &&
         take_opaque16(cursor, 0, &binding->extensions) &&
         extensions_are_whole(binding->extensions);
}

BOOL binding_read(Span bytes, Binding *binding) {
  return take_binding(&bytes, binding) && bytes.size == 0;
}

BOOL message_read(Span bytes, Message *message) {
  Span list;
  if (!take_opaque16(&bytes, TOKEN_BINDINGS_MIN, &list) || bytes.size > 0) return FALSE;
  for (message->count = 0; list.size > 0; message->count++) {
    if (message->count == MESSAGE_BINDINGS_MAX) return FALSE;
    if (!take_binding(&list, &message->bindings[message->count])) return FALSE;
  }
  return TRUE;
}

size_t binding_size(size_t identifier_size, size_t signature_size) {
  return 1 + identifier_size + 2 + signature_size + 2;
}

BYTE *put_binding(BYTE *at, const Binding *binding) {
  at = put_u8(at, binding->type);
  at = put_bytes(at, binding->identifier);
  at = put_u16(at, (WORD)binding->signature.size);
  at = put_bytes(at, binding->signature);
  at = put_u16(at, (WORD)binding->extensions.size);
  return put_bytes(at, binding->extensions);
}
