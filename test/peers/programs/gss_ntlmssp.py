"""MIT's GSS-API over gss-ntlmssp.

The argument is a folder of the test's: the acceptor's accounts are the lines DOMAIN:user:password of
the file `accounts` there.
"""
import os
import sys

import gssapi.raw as gss
from contexts import serve

os.environ["NTLM_USER_FILE"] = os.path.join(sys.argv[1], "accounts")
os.environ["NETBIOS_COMPUTER_NAME"] = "SRV"
os.environ["NETBIOS_DOMAIN_NAME"] = "DOM"
# Nothing of the machine's.
os.environ["KRB5_CONFIG"] = os.devnull

NTLM = gss.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
MECHANISMS = {"NTLM": NTLM, "Negotiate": gss.OID.from_int_seq("1.3.6.1.5.5.2")}
SESSION_KEY = gss.OID.from_int_seq("1.2.840.113554.1.2.2.5.5")
# A confidential context without integrity gets constant signatures.
PROTECTED = [
    gss.RequirementFlag.replay_detection,
    gss.RequirementFlag.out_of_sequence_detection,
    gss.RequirementFlag.integrity,
    gss.RequirementFlag.confidentiality,
]
# GSS_C_DATAGRAM_FLAG of gss-ntlmssp, which RequirementFlag has no name for.
DATAGRAM = 0x10000
SIGNATURE = 16


class Context:
    """A context of either side; `advance` gives the answer to a token."""

    def __init__(self, advance):
        self.advance = advance
        self.context = None

    def step(self, token):
        answer = self.advance(self.context, token)
        self.context = answer.context
        return {"token": answer.token or b"", "done": not answer.more_steps}

    def sign(self, message):
        return {"signature": gss.get_mic(self.context, message)}

    def verify(self, message, signature):
        gss.verify_mic(self.context, message, signature)
        return {}

    def seal(self, message):
        wrapped = gss.wrap(self.context, message, True, None).message
        return {"trailer": wrapped[:SIGNATURE], "data": wrapped[SIGNATURE:]}

    def unseal(self, trailer, data):
        return {"message": gss.unwrap(self.context, trailer + data).message}

    def session_key(self):
        return {"key": gss.inquire_sec_context_by_oid(self.context, SESSION_KEY)[0]}


def initiator(package, domain, user, password, target, bindings=None, datagram=False):
    mechanism = MECHANISMS[package]
    flags = [*PROTECTED, DATAGRAM] if datagram else PROTECTED
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
