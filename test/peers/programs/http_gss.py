"""An HTTP server over TLS that requires channel bindings, with MIT's GSS-API over gss-ntlmssp or Kerberos.

The argument is a folder of the test, with `accounts`, `cert.pem` and `key.pem`. With KRB5_KTNAME it serves Kerberos.
It prints its port, and one line of JSON for each complete handshake.
"""
import base64
import json
import os
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import gssapi.raw as gss
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from gss_context import NTLM, SPNEGO

FOLDER = sys.argv[1]
os.environ["NTLM_USER_FILE"] = os.path.join(FOLDER, "accounts")
os.environ["NETBIOS_COMPUTER_NAME"] = "SRV"
os.environ["NETBIOS_DOMAIN_NAME"] = "DOM"
CERTIFICATE = os.path.join(FOLDER, "cert.pem")
# GSS_C_CHANNEL_BOUND_FLAG: the initiator has sent the same bindings.
CHANNEL_BOUND = 0x800


def end_point():
    """RFC 5929 4.1: the hash of the certificate's signature, or SHA-256 in place of MD5 and SHA-1."""
    with open(CERTIFICATE, "rb") as file:
        certificate = x509.load_pem_x509_certificate(file.read())
    algorithm = certificate.signature_hash_algorithm
    if isinstance(algorithm, (hashes.MD5, hashes.SHA1)):
        algorithm = hashes.SHA256()
    return b"tls-server-end-point:" + certificate.fingerprint(algorithm)


BINDINGS = gss.ChannelBindings(application_data=end_point())
MECHANISM = gss.MechType.kerberos if "KRB5_KTNAME" in os.environ else NTLM
CREDENTIALS = gss.acquire_cred(None, mechs=[MECHANISM, SPNEGO], usage="accept").creds


class Connection(BaseHTTPRequestHandler):
    """One connection: its user is the one of its last handshake."""

    protocol_version = "HTTP/1.1"
    context = None
    user = None

    def answer(self):
        size = len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        while chunked:
            length = int(self.rfile.readline(), 16)
            size += len(self.rfile.read(length))
            self.rfile.readline()
            chunked = length > 0
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        fields = [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")]
        if token:
            answer = self.step(base64.b64decode(token))
            fields = [("WWW-Authenticate", f"{scheme} {answer}")] if answer else fields
        if self.user is None:
            self.respond(401, fields, "")
        else:
            final = fields if token and answer else []
            self.respond(200, final, f"{self.user} {self.command} {size} {self.client_address[1]}")

    do_GET = do_HEAD = do_POST = answer

    def step(self, token):
        """The next token in base64. A rejected handshake has none."""
        begun, self.context, self.user = self.context, None, None
        try:
            result = gss.accept_sec_context(
                token, acceptor_creds=CREDENTIALS, context=begun, channel_bindings=BINDINGS
            )
        except gss.GSSError as error:
            print(json.dumps({"rejected": type(error).__name__}), flush=True)
            return None
        answer = base64.b64encode(result.token or b"").decode()
        if result.more_steps:
            self.context = result.context
            return answer
        name = gss.display_name(result.initiator_name).name.decode().rstrip("\0")
        bound = CHANNEL_BOUND in [int(flag) for flag in result.flags]
        print(json.dumps({"user": name, "bound": bound}), flush=True)
        if not bound:
            return None
        self.user = name
        return answer

    def respond(self, status, fields, body):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def log_message(self, format, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Connection)
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(CERTIFICATE, os.path.join(FOLDER, "key.pem"))

    def finish_request(self, request, client_address):
        # In the thread of the connection: a client that is slow in its handshake holds up no other.
        with self.tls.wrap_socket(request, server_side=True) as socket:
            super().finish_request(socket, client_address)

    def handle_error(self, request, client_address):
        pass


server = Server()
print(f"listening on {server.server_address[1]}", flush=True)
server.serve_forever()
