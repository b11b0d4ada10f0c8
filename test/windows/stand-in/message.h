/* Part of a stand-in for tests; not Microsoft's DLL. TokenBindingMessage (RFC 8471 3). */
#ifndef STAND_IN_MESSAGE_H
#define STAND_IN_MESSAGE_H

#include "key.h"

#define TOKEN_BINDINGS_MIN 132
#define TOKEN_BINDINGS_MAX 65535
/* The size of tokenbinding_type, an ID without a key, the shortest signature and no extensions. */
#define TOKEN_BINDING_MIN (1 + 3 + 2 + 64 + 2)
#define MESSAGE_BINDINGS_MAX (TOKEN_BINDINGS_MAX / TOKEN_BINDING_MIN)

typedef struct {
  BYTE type;
  PublicKey key;
  Span identifier;
  Span signature;
  /* The content of extensions<>. */
  Span extensions;
} Binding;

typedef struct {
  size_t count;
  Binding bindings[MESSAGE_BINDINGS_MAX];
} Message;

/* Reads exactly one TokenBindingMessage; FALSE if a byte remains. */
BOOL message_read(Span bytes, Message *message);

/* Whether the bytes are exactly one TokenBinding. */
BOOL binding_read(Span bytes, Binding *binding);

/* The size of a TokenBinding without extensions. */
size_t binding_size(size_t identifier_size, size_t signature_size);

BYTE *put_binding(BYTE *at, const Binding *binding);

#endif
