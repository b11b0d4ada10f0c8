"""Connects twice over TLS 1.2, the second time resuming, and prints whether it did and its tls-unique."""

import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.maximum_version = ssl.TLSVersion.TLSv1_2
session = None
for _ in range(2):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as plain:
        with context.wrap_socket(plain, session=session) as secure:
            binding = secure.get_channel_binding("tls-unique")
            print(str(secure.session_reused).lower(), binding.hex())
            session = secure.session
            secure.recv(1)
