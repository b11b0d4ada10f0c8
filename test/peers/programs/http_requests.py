"""Sends a request with Python's requests and requests_ntlm, and prints the answer as JSON.

The argument is JSON: the address, the user and the password, and, if there are any, the body and the file of the
accepted certificate.
"""
import json
import sys
import warnings

# Its dependencies are newer than it knows.
warnings.simplefilter("ignore")
import requests
from requests_ntlm import HttpNtlmAuth

REQUEST = json.loads(sys.argv[1])

with requests.Session() as session:
    session.trust_env = False
    session.auth = HttpNtlmAuth(REQUEST["user"], REQUEST["password"])
    body = REQUEST.get("body")
    method = "GET" if body is None else "POST"
    answer = session.request(method, REQUEST["url"], data=body, verify=REQUEST.get("ca", True))
    print(json.dumps({"status": answer.status_code, "body": answer.text}))
