"""MIT's Negotiate, over its own Kerberos and over gss-ntlmssp.

The argument is a folder of the test, with the configuration `krb5.conf`, the server's `keytab`, the client's `tickets`
and the `accounts` of NTLM.
"""
import os
import sys

import gssapi.raw as gss
from contexts import serve
from gss_context import NTLM, PROTECTED, SPNEGO, Context

FOLDER = sys.argv[1]
os.environ["KRB5_CONFIG"] = os.path.join(FOLDER, "krb5.conf")
os.environ["KRB5_KTNAME"] = "FILE:" + os.path.join(FOLDER, "keytab")
os.environ["KRB5CCNAME"] = "FILE:" + os.path.join(FOLDER, "tickets")
os.environ["NTLM_USER_FILE"] = os.path.join(FOLDER, "accounts")
os.environ["NETBIOS_COMPUTER_NAME"] = "SRV"
os.environ["NETBIOS_DOMAIN_NAME"] = "DOM"

MECHANISMS = {"Kerberos": gss.MechType.kerberos, "NTLM": NTLM}


class NegotiatedContext(Context):
    """Cuts a GSS_Wrap token into trailer and data, whichever mechanism made it."""

    def seal(self, message):
        wrapped = gss.wrap(self.context, message, True, None).message
        cut = len(wrapped) - len(message)
        return {"trailer": wrapped[:cut], "data": wrapped[cut:]}

    def mechanism(self):
        found = gss.inquire_context(self.context, mech=True).mech
        return {"name": next(name for name, oid in MECHANISMS.items() if oid == found)}


def credentials_of(mechanisms, usage):
    """Credentials that negotiate these mechanisms, the preferred one first."""
    oids = [MECHANISMS[name] for name in mechanisms]
    credentials = gss.acquire_cred(None, mechs=[SPNEGO], usage=usage).creds
    gss.set_neg_mechs(credentials, oids)
    return credentials


def initiator(package, domain, user, password, target, mechanisms, mutual):
    credentials = credentials_of(mechanisms, "initiate")
    service = gss.import_name(target.encode(), gss.NameType.hostbased_service)
    mutual_flags = [gss.RequirementFlag.mutual_authentication] if mutual else []

    def advance(context, token):
        return gss.init_sec_context(
            service,
            creds=credentials,
            context=context,
            mech=SPNEGO,
            flags=[*PROTECTED, *mutual_flags],
            input_token=token or None,
        )

    return NegotiatedContext(advance)


def acceptor(package, mechanisms):
    credentials = credentials_of(mechanisms, "accept")

    def advance(context, token):
        return gss.accept_sec_context(token, acceptor_creds=credentials, context=context)

    return NegotiatedContext(advance)


serve(gss.GSSError, {"initiator": initiator, "acceptor": acceptor})
