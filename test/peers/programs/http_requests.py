"""Sends a request several times with Python's requests and requests_ntlm, and prints the answers as JSON.

Standard input is JSON: the address, the user, the password and the number of requests, and, if there are any, the body
and the file of the accepted certificate.
"""
import json
import sys
import warnings

# Its dependencies are newer than it knows.
warnings.simplefilter("ignore")
# This module loads OpenSSL's legacy provider, which has the MD4 that requests_ntlm needs.
import cryptography.hazmat.bindings.openssl.binding
import requests
from requests_ntlm import HttpNtlmAuth

REQUEST = json.load(sys.stdin)

with requests.Session() as session:
    session.trust_env = False
    session.auth = HttpNtlmAuth(REQUEST["user"], REQUEST["password"])
    body = REQUEST.get("body")
    method = "GET" if body is None else "POST"
    verify = REQUEST.get("ca", True)
    answers = [
        session.request(method, REQUEST["url"], data=body, verify=verify)
        for _ in range(REQUEST["times"])
    ]
    print(json.dumps([{"status": answer.status_code, "body": answer.text} for answer in answers]))
