"""MIT's reader of krb5.conf.

Each line of the input is a call as JSON, and each answer its result. A result is null if MIT Kerberos reports an error.
"""
import ctypes
import json
import os
import sys

krb5 = ctypes.CDLL("libkrb5.so.3")
TEXTS = ctypes.POINTER(ctypes.c_char_p)


def values(files, names):
    """The values of each list of tags in files with colons between them."""
    profile = ctypes.c_void_p()
    if krb5.profile_init_path(files.encode(), ctypes.byref(profile)) != 0:
        return None
    result = [values_of(profile, tags) for tags in names]
    krb5.profile_release(profile)
    return result


def values_of(profile, names):
    tags = (ctypes.c_char_p * (len(names) + 1))(*[name.encode() for name in names], None)
    found = TEXTS()
    if krb5.profile_get_values(profile, tags, ctypes.byref(found)) != 0:
        return []
    texts = []
    while found[len(texts)] is not None:
        texts.append(found[len(texts)].decode())
    krb5.profile_free_list(found)
    return texts


def realms(file, hosts):
    """The realm of each host, empty if the KDC has to refer to it."""
    os.environ["KRB5_CONFIG"] = file
    context = ctypes.c_void_p()
    if krb5.krb5_init_context(ctypes.byref(context)) != 0:
        return None
    result = [realm_of(context, host) for host in hosts]
    krb5.krb5_free_context(context)
    return result


def realm_of(context, host):
    found = TEXTS()
    if krb5.krb5_get_host_realm(context, host.encode(), ctypes.byref(found)) != 0:
        return None
    realm = found[0].decode()
    krb5.krb5_free_host_realm(context, found)
    return realm


def duration(text):
    """In seconds."""
    found = ctypes.c_int32()
    status = krb5.krb5_string_to_deltat(text.encode(), ctypes.byref(found))
    return found.value if status == 0 else None


CALLS = {"values": values, "realms": realms, "duration": duration}
for line in sys.stdin:
    call = json.loads(line)
    print(json.dumps(CALLS[call.pop("call")](**call)), flush=True)
