"""Serves security contexts over stdin and stdout: each request and each answer is a line of JSON.

Bytes are hexadecimal. A call that the library rejects has an answer like any other. A fault of the program
ends its process, so that no test mistakes it for a rejection.
"""
import json
import sys

# The number of contexts to keep: each of Samba's holds files open.
KEPT = 16


def serve(library_error, roles):
    """Serves until stdin ends. `roles` maps a role to the function that makes its context."""
    contexts = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": answered(contexts, roles, **request)}
        except library_error as error:
            answer = {"refusal": refusal(error)}
        print(json.dumps(answer), flush=True)


def answered(contexts, roles, call, context, **arguments):
    if call in roles:
        contexts.pop(context - KEPT, None)
        contexts[context] = roles[call](**arguments)
        return {}
    arguments = {name: bytes.fromhex(value) for name, value in arguments.items()}
    result = getattr(contexts[context], call)(**arguments)
    return {name: shown(value) for name, value in result.items()}


def shown(value):
    return value.hex() if isinstance(value, bytes) else value


def refusal(error):
    return f"{type(error).__name__}: {error}"
