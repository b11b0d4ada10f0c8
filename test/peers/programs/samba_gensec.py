"""Samba's gensec. Its acceptor has a domain of its own.

The argument is a folder of the test. The domain is made there, with the accounts in the lines
DOMAIN:user:password of the file `accounts`.
"""
import logging
import os
import sys
from functools import cache

from contexts import serve
from samba import NTSTATUSError, credentials, gensec, param
from samba.auth import AuthContext, system_session
from samba.provision import FILL_FULL, provision
from samba.samdb import SamDB

MECHANISMS = {"NTLM": "ntlmssp", "Negotiate": "spnego"}
SIGNATURE = 16
# The options of a context, by the last part of their names.
OFFERS = {"keyexchange": "yes", "ntlm2": "yes", "128bit": "yes", "56bit": "yes"}


class Context:
    """A context of either side."""

    def __init__(self, security, package, settings, protected):
        # gensec keeps pointers into their strings.
        self.settings = settings
        if protected:
            security.want_feature(gensec.FEATURE_SIGN)
            security.want_feature(gensec.FEATURE_SEAL)
        security.start_mech_by_name(MECHANISMS[package])
        self.security = security

    def step(self, token):
        done, answer = self.security.update(token)
        return {"token": answer, "done": done}

    def sign(self, message):
        return {"signature": self.security.sign_packet(message, message)}

    def verify(self, message, signature):
        self.security.check_packet(message, message, signature)
        return {}

    def seal(self, message):
        wrapped = self.security.wrap(message)
        return {"trailer": wrapped[:SIGNATURE], "data": wrapped[SIGNATURE:]}

    def unseal(self, trailer, data):
        return {"message": self.security.unwrap(trailer + data)}

    def session_key(self):
        return {"key": self.security.session_key()}


def initiator(package, domain, user, password, target, offers=None, protected=True):
    loaded = configuration("ntlmssp_client", offers)
    service, host = target.split("@")
    settings = {"lp_ctx": loaded, "target_hostname": host}
    security = gensec.Security.start_client(settings)
    security.set_target_service(service)
    identity = without_kerberos(loaded)
    identity.set_domain(domain)
    identity.set_username(user)
    identity.set_password(password)
    identity.set_workstation("CLIENT")
    security.set_credentials(identity)
    return Context(security, package, settings, protected)


def acceptor(package, offers=None, protected=True):
    loaded = configuration("ntlmssp_server", offers, own_domain().file)
    accounts = AuthContext(lp_ctx=loaded, ldb=own_domain().accounts, methods=["sam"])
    settings = {"lp_ctx": loaded, "target_hostname": "srv"}
    security = gensec.Security.start_server(auth_context=accounts, settings=settings)
    identity = without_kerberos(loaded)
    identity.set_anonymous()
    security.set_credentials(identity)
    return Context(security, package, settings, protected)


def configuration(role, offers, *file):
    loaded = param.LoadParm(*file)
    # All of them: those of an earlier context stay.
    for name, value in {**OFFERS, **(offers or {})}.items():
        loaded.set(f"{role}:{name}", value)
    return loaded


def without_kerberos(loaded):
    identity = credentials.Credentials()
    identity.set_conf(loaded)
    identity.set_kerberos_state(credentials.DONT_USE_KERBEROS)
    return identity


class Domain:
    """A domain with the accounts of the tests."""

    def __init__(self, folder):
        made = provision(
            logging.getLogger(),
            system_session(),
            targetdir=folder,
            realm="dom.example",
            domain="DOM",
            hostname="srv",
            serverrole="standalone",
            samdb_fill=FILL_FULL,
            dns_backend="NONE",
            use_ntvfs=True,
            skip_sysvolacl=True,
        )
        self.file = made.paths.smbconf
        loaded = param.LoadParm(self.file)
        self.accounts = SamDB(
            url=loaded.private_path("sam.ldb"), session_info=system_session(), lp=loaded
        )
        with open(os.path.join(folder, "accounts"), encoding="utf-8") as lines:
            for line in lines:
                _domain, user, password = line.rstrip("\n").split(":")
                self.accounts.newuser(user, password)


@cache
def own_domain():
    """Made when it is first needed: that takes seconds."""
    return Domain(sys.argv[1])


serve(NTSTATUSError, {"initiator": initiator, "acceptor": acceptor})
