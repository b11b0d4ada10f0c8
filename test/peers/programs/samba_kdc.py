"""Samba's domain controller, reduced to its KDC: the stand-in for Active Directory.

The argument is a folder of the test. The domain AD.TEST is made there, with the user alice and two accounts of
services: svc-web of HTTP/web.ad.test and HTTP/localhost, and svc-old of HTTP/old.ad.test, which has no AES. Their keys
are in the file `keytab`. Then this process prints the port of 127.0.0.1 that it will use, and becomes the KDC.
"""
import logging
import os
import socket
import sys

import samba.dckeytab  # adds export_keytab to Net
from ldb import FLAG_MOD_REPLACE, Message, MessageElement
from samba import param
from samba.auth import system_session
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2
from samba.net import Net
from samba.provision import FILL_FULL, provision
from samba.samdb import SamDB

[FOLDER] = sys.argv[1:]
REALM = "AD.TEST"
PASSWORD = "SecREt01"
SERVICES = ["HTTP/web.ad.test", "HTTP/localhost"]
OLD_SERVICE = "HTTP/old.ad.test"
# aes128-cts-hmac-sha1-96 and aes256-cts-hmac-sha1-96 in msDS-SupportedEncryptionTypes (MS-KILE 2.2.7).
AES = "24"


def account(accounts, name, **attributes):
    accounts.newuser(name, PASSWORD)
    [entry] = accounts.search(expression=f"(sAMAccountName={name})", attrs=["dn"])
    message = Message(entry.dn)
    for attribute, value in attributes.items():
        attribute = attribute.replace("_", "-")
        message[attribute] = MessageElement(value, FLAG_MOD_REPLACE, attribute)
    if attributes:
        accounts.modify(message)
        # Keys of the new encryption types come with the next password.
        accounts.setpassword(f"(sAMAccountName={name})", PASSWORD)


made = provision(
    logging.getLogger(),
    system_session(),
    targetdir=FOLDER,
    realm=REALM,
    domain="AD",
    hostname="dc",
    hostip="127.0.0.1",
    serverrole="active directory domain controller",
    samdb_fill=FILL_FULL,
    dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2,
    dns_backend="NONE",
    # The KDC needs no shared folder with access control lists.
    skip_sysvolacl=True,
)
loaded = param.LoadParm(made.paths.smbconf)
accounts = SamDB(url=loaded.private_path("sam.ldb"), session_info=system_session(), lp=loaded)
account(accounts, "alice")
account(accounts, "svc-web", servicePrincipalName=SERVICES, msDS_SupportedEncryptionTypes=AES)
account(accounts, "svc-old", servicePrincipalName=OLD_SERVICE)
for service in [SERVICES[0], OLD_SERVICE]:
    Net(None, loaded).export_keytab(keytab=os.path.join(FOLDER, "keytab"), principal=service)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = str(probe.getsockname()[1])
with open(os.path.join(FOLDER, "krb5.conf"), "w", encoding="utf-8") as file:
    file.write(
        f"[libdefaults]\ndefault_realm = {REALM}\ndns_lookup_kdc = false\n"
        "dns_canonicalize_hostname = false\n"
        f"[realms]\n{REALM} = {{\nkdc = 127.0.0.1:{port}\n}}\n"
    )

OPTIONS = {
    "server services": "kdc",
    "interfaces": "lo",
    "bind interfaces only": "yes",
    "krb5 port": port,
    "kpasswd port": "0",
    "pid directory": FOLDER,
    "ncalrpc dir": os.path.join(FOLDER, "ncalrpc"),
    "log file": os.path.join(FOLDER, "log"),
}
options = [f"--option={name}={value}" for name, value in OPTIONS.items()]
command = ["samba", "--interactive", "--model=single", f"--configfile={made.paths.smbconf}"]
print(port, flush=True)
os.execv("/usr/sbin/samba", [*command, *options])
