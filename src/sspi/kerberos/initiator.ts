import { randomInt } from 'node:crypto';
import { hashChannelBindings } from '../crypto/bindings-hash.js';
import { SspiError } from '../error.js';
import { invalidToken } from '../failure.js';
import type { CheckedInitialize } from '../provider.js';
import type { Step } from '../security-context.js';
import type { Handshake } from '../session.js';
import { type KerberosTime, uniqueTime } from './clock.js';
import { gssFlagsOf, requireFlags, wantsMutualAuth } from './context-flags.js';
import { isWeakEtype, type WeakEtypeName } from './crypto/etypes.js';
import { ProtocolKey } from './crypto/protocol-key.js';
import { errorOfKrbError } from './error-status.js';
import { AP_USAGE, decryptPart, MAX_FIRST_SEQUENCE } from './handshake.js';
import { decodeApRep, decodeEncApRepPart } from './messages/ap-reply.js';
import { encodeApReq, encodeAuthenticator } from './messages/ap-request.js';
import {
  encodeAuthenticatorChecksum,
  GSS_CHECKSUM_TYPE,
} from './messages/authenticator-checksum.js';
import { decodeGssToken, encodeGssToken, TOKEN_ID } from './messages/gss-token.js';
import { decodeKrbError } from './messages/krb-error.js';
import type { PrincipalName } from './messages/principal-name.js';
import { formatPrincipal } from './principal-text.js';
import { receiveKey, requireEtype } from './receive-key.js';
import { KerberosSession } from './session.js';

/** A ticket of a client for a service, with what the KDC sent beside it. */
export interface ServiceTicket {
  /** The DER of the ticket, as the KDC sent it. */
  readonly ticket: Uint8Array;
  /** Its holder closes it. */
  readonly sessionKey: ProtocolKey;
  readonly crealm: string;
  readonly cname: PrincipalName;
}

/** MUTUAL-REQUIRED of APOptions (RFC 4120 5.5.1). */
const MUTUAL_REQUIRED = 0x20000000;

const EMPTY = new Uint8Array(0);
const NO_BINDINGS = new Uint8Array(16);

/** The client's side of the AP exchange (RFC 4120 3.2, RFC 4121 4.1). */
export class KerberosInitiator implements Handshake {
  readonly #ticket: ServiceTicket;
  readonly #options: CheckedInitialize;
  readonly #allowWeak: readonly WeakEtypeName[];
  readonly #gssFlags: number;
  readonly #sessionKey: ProtocolKey;
  readonly #firstSequence = randomInt(MAX_FIRST_SEQUENCE);
  #subkey: ProtocolKey | undefined;
  #time: KerberosTime | undefined;
  session: KerberosSession | undefined;

  /** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for datagrams; SEC_E_KDC_UNKNOWN_ETYPE */
  constructor(ticket: ServiceTicket, options: CheckedInitialize) {
    this.#ticket = ticket;
    this.#options = options;
    this.#allowWeak = options.allowWeak.filter(isWeakEtype);
    this.#gssFlags = gssFlagsOf(options.flags);
    requireEtype('the session key', ticket.sessionKey.etype.number, this.#allowWeak);
    this.#sessionKey = ticket.sessionKey.share();
  }

  step(token: Uint8Array): Step {
    if (this.#time !== undefined) {
      this.#readAnswer(token, this.#time);
      return { token: EMPTY, done: true };
    }
    if (token.length > 0) throw invalidToken('the client sends the first token');
    const request = this.#request();
    if (wantsMutualAuth(this.#gssFlags)) return { token: request, done: false };
    // Both sides count from the client's number then.
    this.#establish(this.#subkey as ProtocolKey, false, this.#firstSequence);
    return { token: request, done: true };
  }

  /** Overwrites the key material. */
  close(): void {
    this.#sessionKey.close();
    this.#subkey?.close();
    this.session?.close();
  }

  #request(): Uint8Array {
    const { ticket, crealm, cname } = this.#ticket;
    const { channelBindings } = this.#options;
    const { etype } = this.#sessionKey;
    this.#time = uniqueTime();
    this.#subkey = ProtocolKey.generate(etype);
    const bindings =
      channelBindings === undefined ? NO_BINDINGS : hashChannelBindings(channelBindings);
    const checksum = encodeAuthenticatorChecksum(bindings, this.#gssFlags);
    const plaintext = encodeAuthenticator({
      crealm,
      cname,
      cksum: { cksumtype: GSS_CHECKSUM_TYPE, checksum },
      ...this.#time,
      subkey: { keytype: etype.number, keyvalue: this.#subkey.bytes },
      seqNumber: this.#firstSequence,
    });
    const cipher = this.#sessionKey.encrypt(AP_USAGE.authenticator, plaintext);
    plaintext.fill(0);
    const apOptions = wantsMutualAuth(this.#gssFlags) ? MUTUAL_REQUIRED : 0;
    const request = encodeApReq(apOptions, ticket, { etype: etype.number, cipher });
    return encodeGssToken(TOKEN_ID['AP-REQ'], request);
  }

  #readAnswer(token: Uint8Array, { ctime, cusec }: KerberosTime): void {
    const { tokenId, message } = decodeGssToken(token);
    if (tokenId === TOKEN_ID['KRB-ERROR']) throw errorOfKrbError(decodeKrbError(message));
    if (tokenId !== TOKEN_ID['AP-REP']) throw invalidToken('the token is not an AP-REP');
    const plaintext = decryptPart(this.#sessionKey, AP_USAGE.reply, decodeApRep(message));
    try {
      const part = decodeEncApRepPart(plaintext);
      if (part.ctime !== ctime || part.cusec !== cusec) {
        throw new SspiError('SEC_E_MUTUAL_AUTH_FAILED', 'the AP-REP answers another AP-REQ');
      }
      const { subkey, seqNumber = 0 } = part;
      if (subkey === undefined) this.#establish(this.#subkey as ProtocolKey, false, seqNumber);
      else this.#establish(receiveKey('the subkey', subkey, this.#allowWeak), true, seqNumber);
    } finally {
      plaintext.fill(0);
    }
  }

  #establish(key: ProtocolKey, isAcceptorSubkey: boolean, acceptor: number): void {
    const { cname, crealm } = this.#ticket;
    this.session = new KerberosSession({
      role: 'initiator',
      gssFlags: this.#gssFlags,
      userName: formatPrincipal(cname, crealm),
      key,
      isAcceptorSubkey,
      firstSequence: { initiator: this.#firstSequence, acceptor },
      authorizationData: undefined,
    });
    this.#sessionKey.close();
    if (isAcceptorSubkey) this.#subkey?.close();
    // Also of weak keys, which protect nothing.
    requireFlags(this.session.contextFlags, this.#gssFlags);
  }
}
