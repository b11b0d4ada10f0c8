"""MIT's GSS-API over its Kerberos.

The argument is a folder of the test, with the configuration `krb5.conf`, the server's `keytab` and the
client's `tickets`.
"""
import os
import sys

import gssapi.raw as gss
from contexts import serve
from gss_context import PROTECTED, Context

FOLDER = sys.argv[1]
os.environ["KRB5_CONFIG"] = os.path.join(FOLDER, "krb5.conf")
os.environ["KRB5_KTNAME"] = "FILE:" + os.path.join(FOLDER, "keytab")
os.environ["KRB5CCNAME"] = "FILE:" + os.path.join(FOLDER, "tickets")


def channel_bindings(bindings):
    """The application data, in hexadecimal; None for no channel bindings."""
    return gss.ChannelBindings(application_data=bytes.fromhex(bindings)) if bindings else None


FLAGS = [*PROTECTED, gss.RequirementFlag.mutual_authentication]


class KerberosContext(Context):
    """Cuts a GSS_Wrap token into trailer and data as Windows does: TOKEN, then DATA."""

    def seal(self, message):
        return self.wrapped(message, True)

    def seal_without_encryption(self, message):
        return self.wrapped(message, False)

    def unseal(self, trailer, data):
        return self.unwrapped(trailer + data, True)

    def unseal_without_encryption(self, trailer, data):
        return self.unwrapped(trailer + data, False)

    def initiator_name(self):
        name = gss.inquire_context(self.context, initiator_name=True).initiator_name
        return {"name": gss.display_name(name).name.decode()}

    def wrapped(self, message, encrypted):
        token = gss.wrap(self.context, message, encrypted, None).message
        cut = len(token) - len(message)
        return {"trailer": token[:cut], "data": token[cut:]}

    def unwrapped(self, token, encrypted):
        unwrapped = gss.unwrap(self.context, token)
        assert unwrapped.encrypted == encrypted
        return {"message": unwrapped.message}


def initiator(package, domain, user, password, target, bindings="", mutual=True):
    service = gss.import_name(target.encode(), gss.NameType.hostbased_service)
    flags = FLAGS if mutual else PROTECTED

    def advance(context, token):
        return gss.init_sec_context(
            service,
            context=context,
            mech=gss.MechType.kerberos,
            flags=flags,
            input_token=token or None,
            channel_bindings=channel_bindings(bindings),
        )

    return KerberosContext(advance)


def acceptor(package, bindings=""):
    credentials = gss.acquire_cred(None, usage="accept").creds

    def advance(context, token):
        return gss.accept_sec_context(
            token,
            acceptor_creds=credentials,
            context=context,
            channel_bindings=channel_bindings(bindings),
        )

    return KerberosContext(advance)


serve(gss.GSSError, {"initiator": initiator, "acceptor": acceptor})
