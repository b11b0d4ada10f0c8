import type { Random } from '../src/conformance/random.js';
import { encodeTicket } from '../src/conformance/sspi/kerberos/encode-ticket.js';
import { type KdcAnswer, KdcConnection } from '../src/sspi/kerberos/client/kdc-connection.js';
import { grantingName } from '../src/sspi/kerberos/client/kdc-ticket.js';
import { ProfileConfiguration } from '../src/sspi/kerberos/configuration/configuration.js';
import { Section } from '../src/sspi/kerberos/configuration/profile.js';
import { ProtocolKey } from '../src/sspi/kerberos/crypto/protocol-key.js';
import { decodeApReq, decodeAuthenticator } from '../src/sspi/kerberos/messages/ap-request.js';
import { decodeKdcRep, type KDC_REPLY } from '../src/sspi/kerberos/messages/kdc-reply.js';
import { encodeKrbError } from '../src/sspi/kerberos/messages/krb-error.js';
import { encodeMethodData } from '../src/sspi/kerberos/messages/pa-data.js';
import type { PrincipalName } from '../src/sspi/kerberos/messages/principal-name.js';
import { decodeKdcReq, type KdcReq } from '../src/sspi/kerberos/messages/read-kdc-request.js';
import { decodeTicket } from '../src/sspi/kerberos/messages/ticket.js';
import { etypeOf } from '../test/support/kerberos.js';
import {
  encodeEncKdcRepPart,
  encodeEtypeInfo2,
  encodeKdcRep,
} from '../test/support/kerberos-kdc.js';
import { CLIENT, REALM, SERVICE } from '../test/support/kerberos-ticket.js';
import { mutate } from './mutate.js';
import { mutateDer } from './mutate-der.js';
import { Violation } from './target.js';

/** A key with its usage (RFC 4120 7.5.1). */
interface ReplyKey {
  readonly key: ProtocolKey;
  readonly usage: number;
}

const USAGE = { asReply: 3, authenticator: 7, tgsReply: 9 };
const PA = { timestamp: 2, etypeInfo2: 19 };
const PREAUTH_REQUIRED = 25;
/** The tag of an AS-REQ, which comes without pre-authentication first. */
const AS_REQ = 0x6a;

/** What an answer alters: the message, or its encrypted part under the right key. */
const ALTERATIONS = ['nothing', 'message', 'part', 'error', 'referral'] as const;

/** Answers the requests of one client, each altered in another way. It has the keys of the realm and of the client. */
export class FalseKdc extends KdcConnection {
  readonly answers: Uint8Array[] = [];
  /** Whether an answer has a ciphertext that the realm did not make. */
  isForged = false;
  readonly #random: Random;
  readonly #clientKey: ProtocolKey;
  readonly #grantingKey: ProtocolKey;

  /**
   * @param clientKey the long-term key
   * @param grantingKey the session key of the ticket-granting ticket
   */
  constructor(random: Random, clientKey: ProtocolKey, grantingKey: ProtocolKey) {
    super(new ProfileConfiguration(new Section(), []), 1000);
    this.#random = random;
    this.#clientKey = clientKey;
    this.#grantingKey = grantingKey;
  }

  override async send(_realm: string, request: Uint8Array): Promise<KdcAnswer> {
    try {
      const message = request[0] === AS_REQ ? this.#answerLogon(request) : this.#answerTgs(request);
      this.answers.push(message);
      return { message, kdc: 'the KDC' };
    } catch (error) {
      throw new Violation('the client sends a wrong request', [request, ...this.answers], error);
    }
  }

  #answerLogon(request: Uint8Array): Uint8Array {
    const decoded = decodeKdcReq('AS-REQ', request);
    const isFirst = decoded.padata === undefined;
    if (isFirst && this.#random.below(4) > 0) return this.#requirePreauth();
    return this.#reply('AS-REP', decoded, { key: this.#clientKey, usage: USAGE.asReply });
  }

  /** The reply is under the subkey of the authenticator. */
  #answerTgs(request: Uint8Array): Uint8Array {
    const decoded = decodeKdcReq('TGS-REQ', request);
    const { authenticator } = decodeApReq(decoded.padata?.[0]?.padataValue ?? new Uint8Array(0));
    // An altered reply with a referral may have another session key, so that this KDC cannot read the request.
    const plaintext = this.#decrypt(authenticator.cipher);
    if (plaintext === undefined) return this.#random.bytes(50);
    const { subkey = { keytype: 18, keyvalue: new Uint8Array(32) } } =
      decodeAuthenticator(plaintext);
    const key = new ProtocolKey(etypeOf(subkey.keytype), subkey.keyvalue);
    return this.#reply('TGS-REP', decoded, { key, usage: USAGE.tgsReply });
  }

  #decrypt(cipher: Uint8Array): Uint8Array | undefined {
    try {
      return this.#grantingKey.decrypt(USAGE.authenticator, cipher);
    } catch {
      return undefined;
    }
  }

  /** KDC_ERR_PREAUTH_REQUIRED. Each of its layers is altered at times. */
  #requirePreauth(): Uint8Array {
    const random = this.#random;
    const info = encodeEtypeInfo2([
      {
        etype: this.#clientKey.etype.number,
        salt: random.bytes(5),
        s2kparams: random.of([undefined, Uint8Array.of(0, 0, 0x10, 0), random.bytes(4)]),
      },
      { etype: random.of([17, 18, 19, 20, 23, 3]) },
    ]);
    const methods = encodeMethodData([
      { padataType: PA.timestamp, padataValue: new Uint8Array(0) },
      {
        padataType: PA.etypeInfo2,
        padataValue: random.below(4) === 0 ? mutateDer([info], random) : info,
      },
    ]);
    const eData = random.below(4) === 0 ? mutateDer([methods], random) : methods;
    const error = encodeError(PREAUTH_REQUIRED, eData);
    return random.below(4) === 0 ? mutateDer([error], random) : error;
  }

  #reply(type: keyof typeof KDC_REPLY, { body }: KdcReq, { key, usage }: ReplyKey): Uint8Array {
    const random = this.#random;
    const alteration = random.of(ALTERATIONS);
    if (alteration === 'error') {
      return mutateDer([encodeError(random.below(100), random.bytes(9))], random);
    }
    const referral = grantingName(`R${this.answers.length}.TEST`);
    const sname = alteration === 'referral' ? referral : body.sname;
    const part = this.#encodePart(type, body, sname);
    const altered = alteration === 'part' ? mutateDer([part], random) : part;
    const { number: etype } = key.etype;
    const encPart = { etype, cipher: key.encrypt(usage, altered) };
    const ticket = encodeTicket({
      realm: body.realm,
      sname,
      encPart: { etype: 18, kvno: 1, cipher: random.bytes(40) },
    });
    const names = { crealm: REALM, cname: CLIENT };
    const reply = encodeKdcRep(type, { ...names, ticket: decodeTicket(ticket), encPart });
    if (alteration !== 'message') return reply;
    const forged = random.of([mutate, mutateDer])([reply], random);
    this.isForged ||= !hasCipher(type, forged, encPart.cipher);
    return forged;
  }

  #encodePart(
    type: keyof typeof KDC_REPLY,
    { nonce, realm }: KdcReq['body'],
    sname: PrincipalName,
  ): Uint8Array {
    const now = Math.floor(Date.now() / 1000);
    const { etype, bytes } = this.#grantingKey;
    return encodeEncKdcRepPart(type === 'AS-REP' ? 25 : 26, {
      key: { keytype: etype.number, keyvalue: bytes },
      lastReq: [{ lrType: 0, lrValue: now }],
      nonce,
      flags: 0x40200000,
      authtime: now,
      endtime: now + 3600,
      srealm: realm,
      sname,
    });
  }
}

function encodeError(errorCode: number, eData: Uint8Array): Uint8Array {
  return encodeKrbError({ stime: 0, susec: 0, errorCode, realm: REALM, sname: SERVICE, eData });
}

function hasCipher(type: keyof typeof KDC_REPLY, message: Uint8Array, cipher: Uint8Array): boolean {
  try {
    return Buffer.compare(decodeKdcRep(type, message).encPart.cipher, cipher) === 0;
  } catch {
    return false;
  }
}
