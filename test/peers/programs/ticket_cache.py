"""A file of Kerberos tickets that no KDC has issued: MIT's format 4, RFC 4120 5.3."""
import struct
import time

AES256 = 18
SERVICE_INSTANCE = 2
PRINCIPAL = 1
# Version 4, and a header without fields.
HEADER = b"\x05\x04\x00\x00"


def ticket_cache(realm, client, service):
    granting = ["krbtgt", realm]
    entries = [entry(realm, client, granting), entry(realm, client, service)]
    return HEADER + principal(realm, client) + b"".join(entries)


def entry(realm, client, server):
    now = int(time.time())
    times = struct.pack(">4I", now, now, now + 3600, now + 3600)
    # No session key of another ticket, no flags, no addresses, no authorization data.
    nothing = struct.pack(">B3I", 0, 0, 0, 0)
    return (
        principal(realm, client)
        + principal(realm, server)
        + struct.pack(">H", AES256)
        + prefixed(bytes(32))
        + times
        + nothing
        + prefixed(ticket(realm, server))
        + prefixed(b"")
    )


def principal(realm, names):
    parts = [prefixed(part.encode()) for part in [realm, *names]]
    return struct.pack(">2I", PRINCIPAL, len(names)) + b"".join(parts)


def prefixed(data):
    return struct.pack(">I", len(data)) + data


def ticket(realm, server):
    """The encrypted part is zeros."""
    names = der(0x30, *[general_string(name) for name in server])
    name = der(0x30, der(0xA0, integer(SERVICE_INSTANCE)), der(0xA1, names))
    encrypted = der(0x30, der(0xA0, integer(AES256)), der(0xA2, der(0x04, bytes(100))))
    fields = [integer(5), general_string(realm), name, encrypted]
    return der(0x61, der(0x30, *[der(0xA0 + index, field) for index, field in enumerate(fields)]))


def integer(value):
    return der(0x02, bytes([value]))


def general_string(text):
    return der(0x1B, text.encode())


def der(tag, *contents):
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    if length < 0x100:
        return bytes([tag, 0x81, length]) + content
    return bytes([tag, 0x82]) + struct.pack(">H", length) + content
