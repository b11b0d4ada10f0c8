"""MIT's Negotiate as a client that has a Kerberos ticket and prefers it, and gss-ntlmssp besides.

No KDC issued the ticket: the test is how a server without Kerberos answers the offer. The argument is a folder of
the test.
"""
import os
import sys

import gssapi.raw as gss
from contexts import serve
from gss_context import PROTECTED, SPNEGO, Context
from ticket_cache import ticket_cache

REALM = "DOM.EXAMPLE"
FOLDER = sys.argv[1]
CONFIGURATION = f"""[libdefaults]
default_realm = {REALM}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
"""


def file_of(name, content):
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def initiator(package, domain, user, password, target):
    assert package == "Negotiate"
    service = gss.import_name(target.encode(), gss.NameType.hostbased_service)
    # The defaults of each mechanism: one call that has both takes no password.
    ntlm = f"{domain}:{user}:{password}\n".encode()
    os.environ["NTLM_USER_FILE"] = file_of("own-account", ntlm)
    cache = ticket_cache(REALM, [user], target.split("@"))
    os.environ["KRB5CCNAME"] = "FILE:" + file_of("tickets", cache)

    def advance(context, token):
        return gss.init_sec_context(
            service, context=context, mech=SPNEGO, flags=PROTECTED, input_token=token or None
        )

    return Context(advance)


os.environ["NETBIOS_COMPUTER_NAME"] = "CLIENT"
os.environ["KRB5_CONFIG"] = file_of("krb5.conf", CONFIGURATION.encode())
serve(gss.GSSError, {"initiator": initiator})
