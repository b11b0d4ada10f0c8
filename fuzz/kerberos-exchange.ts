import type { Random } from '../src/conformance/random.js';
import { encodeTicket } from '../src/conformance/sspi/kerberos/encode-ticket.js';
import { KerberosAcceptor } from '../src/sspi/kerberos/acceptor.js';
import { KerberosInitiator } from '../src/sspi/kerberos/initiator.js';
import { decodeApRep, encodeApRep } from '../src/sspi/kerberos/messages/ap-reply.js';
import { decodeApReq, encodeApReq } from '../src/sspi/kerberos/messages/ap-request.js';
import type { EncryptedData } from '../src/sspi/kerberos/messages/encrypted-data.js';
import {
  decodeGssToken,
  encodeGssToken,
  TOKEN_ID,
} from '../src/sspi/kerberos/messages/gss-token.js';
import { encodeKrbError } from '../src/sspi/kerberos/messages/krb-error.js';
import { ReplayCache } from '../src/sspi/kerberos/replay-cache.js';
import type { CheckedAccept } from '../src/sspi/provider.js';
import { SspiError } from '../src/sspi.js';
import { REALM, SERVICE } from '../test/support/kerberos-ticket.js';
import { PEERS, type Peer, SKEW, USER_NAME } from './kerberos-peer.js';
import { mutate } from './mutate.js';
import { mutateDer } from './mutate-der.js';
import { requireDocumented, type Target, Violation } from './target.js';

const RC4 = 23;
const ALLOW_WEAK = ['rc4-hmac'] as const;
const EMPTY = new Uint8Array(0);

/** A service accepts no ciphertext that its KDC and the client did not make, and nobody but the client. */
export const kerberosAcceptor: Target = {
  name: 'kerberos-acceptor',
  run(random) {
    const peer = random.of(PEERS);
    const kind = random.of(['token', 'ticket', 'authenticator'] as const);
    const genuine = newInitiator(peer).step(EMPTY).token;
    const token = alterRequest(kind, peer, genuine, random);
    const acceptor = newAcceptor(peer, random);
    try {
      acceptor.step(token);
      if (acceptor.session?.userName !== USER_NAME) {
        throw new Violation(`${acceptor.session?.userName} was accepted`, [token]);
      }
      if (kind === 'token') checkCiphers(genuine, token);
      return `accepted ${kind}`;
    } catch (error) {
      return requireDocumented(error, SspiError, [token]);
    } finally {
      acceptor.close();
    }
  },
};

/** Alters the token, or under their keys the plaintext of the ticket or of the authenticator. */
function alterRequest(
  kind: 'token' | 'ticket' | 'authenticator',
  peer: Peer,
  genuine: Uint8Array,
  random: Random,
): Uint8Array {
  if (kind === 'token') return random.of([mutate, mutateDer])([genuine], random);
  if (kind === 'authenticator') {
    return encodeRequest(peer, peer.issued.ticket, mutateDer(peer.authenticators, random));
  }
  const { key, kvno } = peer.key;
  const cipher = key.encrypt(2, mutateDer([peer.ticketPart], random));
  const encPart = { etype: peer.etype, kvno, cipher };
  const ticket = encodeTicket({ realm: REALM, sname: SERVICE, encPart });
  return encodeRequest(peer, ticket, random.of(peer.authenticators));
}

/** @throws Violation unless an accepted token has the ciphertexts of the genuine one */
function checkCiphers(genuine: Uint8Array, token: Uint8Array): void {
  const [expected, found] = [genuine, token].map((each) =>
    decodeApReq(decodeGssToken(each).message),
  );
  const pairs = [
    [expected?.ticket.encPart, found?.ticket.encPart],
    [expected?.authenticator, found?.authenticator],
  ] as const;
  for (const [a, b] of pairs) {
    if (a === undefined || b === undefined || !isSameCipher(a, b)) {
      throw new Violation('an altered AP-REQ was accepted', [genuine, token]);
    }
  }
}

function encodeRequest(
  { etype, sessionKey }: Peer,
  ticket: Uint8Array,
  authenticator: Uint8Array,
): Uint8Array {
  const cipher = sessionKey.encrypt(11, authenticator);
  return encodeGssToken(TOKEN_ID['AP-REQ'], encodeApReq(0, ticket, { etype, cipher }));
}

function newAcceptor({ key }: Peer, random?: Random): KerberosAcceptor {
  const settings = { keys: [key], replayCache: new ReplayCache(300), skew: SKEW };
  const options: CheckedAccept = {
    flags: random?.below(4) === 0 ? ['integrity'] : [],
    channelBindings: random?.below(4) === 0 ? new Uint8Array(20) : undefined,
    channelBindingPolicy: random?.below(2) === 0 ? 'require' : 'accept',
    targets: random?.below(4) === 0 ? [SERVICE.nameString.join('/')] : undefined,
    allowWeak: ALLOW_WEAK,
  };
  return new KerberosAcceptor(settings, options);
}

function newInitiator({ etype, issued }: Peer): KerberosInitiator {
  const flags =
    etype === RC4 ? (['mutual-auth'] as const) : (['mutual-auth', 'integrity'] as const);
  return new KerberosInitiator(issued, { flags, allowWeak: ALLOW_WEAK });
}

/** A client accepts no answer that the service did not encrypt. */
export const kerberosInitiator: Target = {
  name: 'kerberos-initiator',
  run(random) {
    const peer = random.of(PEERS);
    const initiator = newInitiator(peer);
    const acceptor = newAcceptor(peer);
    const genuine = acceptor.step(initiator.step(EMPTY).token).token;
    const kind = random.of(['token', 'part', 'error'] as const);
    const token = alterAnswer(kind, peer, genuine, random);
    try {
      initiator.step(token);
      if (kind === 'token' && !isSameCipher(decodeAnswer(token), decodeAnswer(genuine))) {
        throw new Violation('an altered AP-REP was accepted', [genuine, token]);
      }
      return `accepted ${kind}`;
    } catch (error) {
      return requireDocumented(error, SspiError, [token]);
    } finally {
      initiator.close();
      acceptor.close();
    }
  },
};

function alterAnswer(
  kind: 'token' | 'part' | 'error',
  { etype, sessionKey }: Peer,
  genuine: Uint8Array,
  random: Random,
): Uint8Array {
  if (kind === 'token') return random.of([mutate, mutateDer])([genuine], random);
  if (kind === 'part') {
    const part = sessionKey.decrypt(12, decodeAnswer(genuine).cipher);
    const cipher = sessionKey.encrypt(12, mutateDer([part], random));
    return encodeGssToken(TOKEN_ID['AP-REP'], encodeApRep({ etype, cipher }));
  }
  const errorCode = random.below(100);
  const error = encodeKrbError({ stime: 0, susec: 0, errorCode, realm: REALM, sname: SERVICE });
  return encodeGssToken(TOKEN_ID['KRB-ERROR'], mutateDer([error], random));
}

function decodeAnswer(token: Uint8Array): EncryptedData {
  return decodeApRep(decodeGssToken(token).message);
}

function isSameCipher(a: EncryptedData, b: EncryptedData): boolean {
  return Buffer.compare(a.cipher, b.cipher) === 0;
}
