"""MIT's GSS-API over its Kerberos, as a server.

The argument is a folder of the test's, with the configuration `krb5.conf` and the server's `keytab`.
"""
import os
import sys

import gssapi.raw as gss
from contexts import serve
from gss_context import Context

FOLDER = sys.argv[1]
os.environ["KRB5_CONFIG"] = os.path.join(FOLDER, "krb5.conf")
os.environ["KRB5_KTNAME"] = "FILE:" + os.path.join(FOLDER, "keytab")


class WineContext(Context):
    """Wine's Kerberos cuts what GSS_Wrap makes into DATA and TOKEN, in this order; Windows has TOKEN first."""

    def seal(self, message):
        return self.wrapped(message, True)

    def seal_without_encryption(self, message):
        return self.wrapped(message, False)

    def unseal(self, trailer, data):
        unwrapped = gss.unwrap(self.context, data + trailer)
        assert unwrapped.encrypted
        return {"message": unwrapped.message}

    def initiator_name(self):
        name = gss.inquire_context(self.context, initiator_name=True).initiator_name
        return {"name": gss.display_name(name).name.decode()}

    def wrapped(self, message, encrypted):
        token = gss.wrap(self.context, message, encrypted, None).message
        return {"trailer": token[len(message) :], "data": token[: len(message)]}


def acceptor(package):
    credentials = gss.acquire_cred(None, usage="accept").creds

    def advance(context, token):
        return gss.accept_sec_context(token, acceptor_creds=credentials, context=context)

    return WineContext(advance)


serve(gss.GSSError, {"acceptor": acceptor})
