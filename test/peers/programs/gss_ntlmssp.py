"""MIT's GSS-API over gss-ntlmssp.

The argument is a folder of the test. Its file `accounts` has the acceptor's accounts, one line each:
DOMAIN:user:password.
"""
import os
import sys

import gssapi.raw as gss
from contexts import serve
from gss_context import NTLM, PROTECTED, SPNEGO, Context

os.environ["NTLM_USER_FILE"] = os.path.join(sys.argv[1], "accounts")
os.environ["NETBIOS_COMPUTER_NAME"] = "SRV"
os.environ["NETBIOS_DOMAIN_NAME"] = "DOM"
# No configuration of this machine.
os.environ["KRB5_CONFIG"] = os.devnull

MECHANISMS = {"NTLM": NTLM, "Negotiate": SPNEGO}
# GSS_C_DATAGRAM_FLAG of gss-ntlmssp, which has no name in RequirementFlag.
DATAGRAM = 0x10000


def initiator(
    package, domain, user, password, target, bindings=None, datagram=False, confidential=True
):
    mechanism = MECHANISMS[package]
    flags = [*PROTECTED, DATAGRAM] if datagram else list(PROTECTED)
    if not confidential:
        flags.remove(gss.RequirementFlag.confidentiality)
    name = gss.import_name(f"{domain}\\{user}".encode(), gss.NameType.user)
    credentials = gss.acquire_cred_with_password(
        name, password.encode(), mechs=[mechanism], usage="initiate"
    ).creds
    service = gss.import_name(target.encode(), gss.NameType.hostbased_service)

    def advance(context, token):
        return gss.init_sec_context(
            service,
            creds=credentials,
            context=context,
            mech=mechanism,
            flags=flags,
            channel_bindings=channel_bindings(bindings),
            input_token=token or None,
        )

    return Context(advance)


def acceptor(package, bindings=None):
    credentials = gss.acquire_cred(None, mechs=[MECHANISMS[package]], usage="accept").creds

    def advance(context, token):
        return gss.accept_sec_context(
            token,
            acceptor_creds=credentials,
            context=context,
            channel_bindings=channel_bindings(bindings),
        )

    return Context(advance)


def channel_bindings(data):
    if data is None:
        return None
    return gss.ChannelBindings(application_data=bytes.fromhex(data))


serve(gss.GSSError, {"initiator": initiator, "acceptor": acceptor})
