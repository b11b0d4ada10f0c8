import { treeOf } from '../src/cli/inspect/token-tree.js';
import { encodeTicket } from '../src/conformance/sspi/kerberos/encode-ticket.js';
import { decodeApRep, decodeEncApRepPart } from '../src/sspi/kerberos/messages/ap-reply.js';
import {
  decodeApReq,
  decodeAuthenticator,
  encodeApReq,
} from '../src/sspi/kerberos/messages/ap-request.js';
import { decodeAuthenticatorChecksum } from '../src/sspi/kerberos/messages/authenticator-checksum.js';
import { decodeAuthorizationData } from '../src/sspi/kerberos/messages/authorization-data.js';
import {
  decodeGssToken,
  encodeGssToken,
  TOKEN_ID,
} from '../src/sspi/kerberos/messages/gss-token.js';
import { decodeEncKdcRepPart, decodeKdcRep } from '../src/sspi/kerberos/messages/kdc-reply.js';
import { decodeKrbError } from '../src/sspi/kerberos/messages/krb-error.js';
import { decodeEtypeInfo2, decodeMethodData } from '../src/sspi/kerberos/messages/pa-data.js';
import { decodeKdcReq } from '../src/sspi/kerberos/messages/read-kdc-request.js';
import { decodeEncTicketPart, decodeTicket } from '../src/sspi/kerberos/messages/ticket.js';
import { SspiError } from '../src/sspi.js';
import { messageVectors } from '../test/support/kerberos.js';
import { newServiceKey, REALM, SERVICE } from '../test/support/kerberos-ticket.js';
import { kerberosHandshake } from '../test/support/kerberos-tokens.js';
import { mutateDer } from './mutate-der.js';
import { requireDocumented, type Target, Violation } from './target.js';

const DECODERS: readonly ((bytes: Uint8Array) => unknown)[] = [
  decodeGssToken,
  decodeApReq,
  decodeAuthenticator,
  decodeAuthenticatorChecksum,
  decodeAuthorizationData,
  decodeApRep,
  decodeEncApRepPart,
  decodeTicket,
  decodeEncTicketPart,
  decodeKrbError,
  decodeMethodData,
  decodeEtypeInfo2,
  (bytes) => decodeKdcReq('AS-REQ', bytes),
  (bytes) => decodeKdcReq('TGS-REQ', bytes),
  (bytes) => decodeKdcRep('AS-REP', bytes),
  (bytes) => decodeKdcRep('TGS-REP', bytes),
  decodeEncKdcRepPart,
];

const ETYPE = 18;
const key = newServiceKey(ETYPE);
const { request, reply } = kerberosHandshake(key);
const MESSAGES: readonly Uint8Array[] = [...messageVectors.values()];
const SEEDS: readonly Uint8Array[] = [...MESSAGES, request, reply];

/** Each seed with the decoders that accept it, or with all. */
const SUITED = SEEDS.map((seed) => {
  const decoders = DECODERS.filter((decode) => accepts(decode, seed));
  return { seed, decoders: decoders.length > 0 ? decoders : DECODERS };
});

/** Each decoder gives a value or SEC_E_INVALID_TOKEN. Most inputs go to the decoders that accept their seed. */
export const kerberosDecoder: Target = {
  name: 'kerberos-decoder',
  run(random) {
    const { seed, decoders } = random.of(SUITED);
    const bytes = mutateDer([seed], random);
    const decode = random.of(random.below(8) === 0 ? DECODERS : decoders);
    try {
      decode(bytes);
      return 'decoded';
    } catch (error) {
      return requireDocumented(error, SspiError, [bytes]);
    }
  },
};

function accepts(decode: (bytes: Uint8Array) => unknown, seed: Uint8Array): boolean {
  try {
    decode(seed);
    return true;
  } catch {
    return false;
  }
}

/** The output of inspect is at most so many characters for each byte of input. */
const OUTPUT = { atLeast: 1000, perByte: 60 };

/** The tree of any token is made without an error, with and without a key that decrypts it. */
export const kerberosInspection: Target = {
  name: 'kerberos-inspection',
  run(random) {
    const isPart = random.below(2) === 0;
    const bytes = mutateDer(SEEDS, random);
    const token = isPart ? encryptedIn(bytes) : bytes;
    const tree = treeOf(token, random.below(2) === 0 ? [key] : undefined);
    const { length } = JSON.stringify(tree);
    if (length > OUTPUT.atLeast + OUTPUT.perByte * token.length) {
      throw new Violation(`inspect makes ${length} characters`, [token]);
    }
    return tree.faults[0]?.code ?? 'shown';
  },
};

/** A ticket with these bytes as its encrypted part. */
function encryptedIn(part: Uint8Array): Uint8Array {
  const encPart = { etype: ETYPE, kvno: key.kvno, cipher: key.key.encrypt(2, part) };
  const ticket = encodeTicket({ realm: REALM, sname: SERVICE, encPart });
  return encodeGssToken(TOKEN_ID['AP-REQ'], encodeApReq(0, ticket, { etype: ETYPE, cipher: part }));
}
