"""What the programs over MIT's GSS-API share."""
import gssapi.raw as gss

NTLM = gss.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
SPNEGO = gss.OID.from_int_seq("1.3.6.1.5.5.2")
SESSION_KEY = gss.OID.from_int_seq("1.2.840.113554.1.2.2.5.5")
# Without integrity a confidential context has constant signatures.
PROTECTED = [
    gss.RequirementFlag.replay_detection,
    gss.RequirementFlag.out_of_sequence_detection,
    gss.RequirementFlag.integrity,
    gss.RequirementFlag.confidentiality,
]
SIGNATURE = 16


class Context:
    """A context of either side. `advance` returns the answer to a token."""

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

    def seal_without_encryption(self, message):
        wrapped = gss.wrap(self.context, message, False, None).message
        return {"trailer": wrapped[:SIGNATURE], "data": wrapped[SIGNATURE:]}

    def unseal(self, trailer, data):
        return {"message": gss.unwrap(self.context, trailer + data).message}

    def session_key(self):
        return {"key": gss.inquire_sec_context_by_oid(self.context, SESSION_KEY)[0]}
