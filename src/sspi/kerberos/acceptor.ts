import { randomInt } from 'node:crypto';
import { copyOf } from '../../bytes/copy.js';
import type { AuthorizationElement } from '../context-attributes.js';
import { invalidToken, unsupported } from '../failure.js';
import type { CheckedAccept } from '../provider.js';
import type { Step } from '../security-context.js';
import type { Handshake } from '../session.js';
import {
  checkAuthenticator,
  checkBindings,
  checkClient,
  checkTicket,
  readChecksumOf,
} from './acceptor-checks.js';
import { monotonicSeconds, secondsNow } from './clock.js';
import {
  gssFlagsOf,
  isDceStyle,
  requireFlags,
  wantsMutualAuth,
  withoutProtection,
} from './context-flags.js';
import { isWeakEtype, type WeakEtypeName } from './crypto/etypes.js';
import { ProtocolKey } from './crypto/protocol-key.js';
import { AP_USAGE, AP_USAGES, decryptPart, MAX_FIRST_SEQUENCE } from './handshake.js';
import { encodeApRep, encodeEncApRepPart } from './messages/ap-reply.js';
import {
  type ApReq,
  type Authenticator,
  decodeApReq,
  decodeAuthenticator,
} from './messages/ap-request.js';
import type { AuthenticatorChecksum } from './messages/authenticator-checksum.js';
import type { AuthorizationDataElement } from './messages/authorization-data.js';
import { decodeGssToken, encodeGssToken, TOKEN_ID } from './messages/gss-token.js';
import { decodeEncTicketPart, type EncTicketPart } from './messages/ticket.js';
import { formatPrincipal } from './principal-text.js';
import { protectsMessages } from './protection/message-security.js';
import { etypeOfKey, receiveKey } from './receive-key.js';
import type { ReplayCache } from './replay-cache.js';
import { decryptTicket, keysFor, type ServiceKey } from './service-keys.js';
import { KerberosSession } from './session.js';
import { checkClientTarget, checkService } from './targets.js';

/** What contexts share. */
export interface AcceptorSettings {
  readonly keys: readonly ServiceKey[];
  readonly replayCache: ReplayCache;
  /** The difference of clocks to accept, in seconds. */
  readonly skew: number;
}

/** APOptions (RFC 4120 5.5.1). */
const USE_SESSION_KEY = 0x40000000;

/** The server's side of the AP exchange (RFC 4120 3.2, RFC 4121 4.1). */
export class KerberosAcceptor implements Handshake {
  readonly #settings: AcceptorSettings;
  readonly #options: CheckedAccept;
  readonly #required: number;
  readonly #allowWeak: readonly WeakEtypeName[];
  session: KerberosSession | undefined;

  /** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for datagrams */
  constructor(settings: AcceptorSettings, options: CheckedAccept) {
    this.#settings = settings;
    this.#options = options;
    this.#required = gssFlagsOf(options.flags);
    this.#allowWeak = options.allowWeak.filter(isWeakEtype);
  }

  step(token: Uint8Array): Step {
    const { tokenId, message } = decodeGssToken(token);
    if (tokenId !== TOKEN_ID['AP-REQ']) throw invalidToken('the token is not an AP-REQ');
    const request = decodeApReq(message);
    // A ticket under a session key has no key of the service (RFC 4120 2.9.2).
    if ((request.apOptions & USE_SESSION_KEY) !== 0) {
      throw unsupported('user-to-user authentication is not supported');
    }
    const { targets } = this.#options;
    if (targets !== undefined) checkService(request.ticket, targets);
    const keys = keysFor(request.ticket, this.#settings.keys, targets);
    const plaintext = decryptTicket(keys, request.ticket, this.#allowWeak);
    try {
      return this.#acceptTicket(request, decodeEncTicketPart(plaintext));
    } finally {
      plaintext.fill(0);
    }
  }

  /** Overwrites the key material. */
  close(): void {
    this.session?.close();
  }

  #acceptTicket(request: ApReq, part: EncTicketPart): Step {
    const { skew } = this.#settings;
    const now = secondsNow();
    checkTicket(part, now, skew);
    checkClient(part);
    const sessionKey = receiveKey('the session key', part.key, this.#allowWeak);
    let plaintext: Uint8Array | undefined;
    try {
      sessionKey.deriveTogether(AP_USAGES);
      plaintext = decryptPart(sessionKey, AP_USAGE.authenticator, request.authenticator);
      const authenticator = decodeAuthenticator(plaintext);
      checkAuthenticator(authenticator, part, now, skew);
      return this.#acceptAuthenticator(request, part, sessionKey, authenticator);
    } finally {
      plaintext?.fill(0);
      sessionKey.close();
    }
  }

  #acceptAuthenticator(
    request: ApReq,
    part: EncTicketPart,
    sessionKey: ProtocolKey,
    authenticator: Authenticator,
  ): Step {
    // The delegated ticket that a checksum can have is ignored.
    const checksum = readChecksumOf(authenticator);
    if (isDceStyle(checksum.flags)) throw unsupported('DCE style is not supported');
    checkBindings(checksum, authenticator, this.#options);
    const { targets } = this.#options;
    if (targets !== undefined) checkClientTarget(authenticator, targets);
    const isMutual = wantsMutualAuth(checksum.flags);
    const initiator = authenticator.seqNumber ?? 0;
    const acceptor = isMutual ? randomInt(MAX_FIRST_SEQUENCE) : initiator;
    const clientKey = authenticator.subkey ?? part.key;
    const etype = etypeOfKey('the subkey', clientKey, this.#allowWeak);
    // With rc4-hmac (RFC 4757) the acceptor has no subkey: MIT Kerberos would ignore it.
    const isAcceptorSubkey = isMutual && protectsMessages(etype);
    const key = isAcceptorSubkey
      ? ProtocolKey.generate(etype)
      : new ProtocolKey(etype, clientKey.keyvalue);
    const session = new KerberosSession({
      role: 'acceptor',
      gssFlags: grantedFlags(checksum, authenticator),
      userName: formatPrincipal(part.cname, part.crealm),
      key,
      isAcceptorSubkey,
      firstSequence: { initiator, acceptor },
      authorizationData: (part.authorizationData ?? []).map(copyElement),
    });
    this.#admit(session, request.authenticator.cipher);
    this.session = session;
    const subkey = isAcceptorSubkey ? key : undefined;
    const token = isMutual ? encodeAnswer(sessionKey, authenticator, subkey, acceptor) : EMPTY;
    return { token, done: true };
  }

  /** The last checks: the flags that the server requires, and the replay cache. Closes a session that fails one. */
  #admit(session: KerberosSession, authenticator: Uint8Array): void {
    try {
      requireFlags(session.contextFlags, this.#required);
      this.#settings.replayCache.add(authenticator, session.userName, monotonicSeconds());
    } catch (error) {
      session.close();
      throw error;
    }
  }
}

const EMPTY = new Uint8Array(0);

/** The flags of the client. A context that nothing tells from others of its ticket would accept their messages. */
function grantedFlags({ flags }: AuthenticatorChecksum, { subkey }: Authenticator): number {
  // A client chooses its seq-number, and can choose the same one in each context.
  const isDistinct = wantsMutualAuth(flags) || subkey !== undefined;
  return isDistinct ? flags : withoutProtection(flags);
}

/** The token of the AP-REP. */
function encodeAnswer(
  sessionKey: ProtocolKey,
  { ctime, cusec }: Authenticator,
  key: ProtocolKey | undefined,
  seqNumber: number,
): Uint8Array {
  const subkey = key && { keytype: key.etype.number, keyvalue: key.bytes };
  const plaintext = encodeEncApRepPart({ ctime, cusec, subkey, seqNumber });
  const cipher = sessionKey.encrypt(AP_USAGE.reply, plaintext);
  plaintext.fill(0);
  return encodeGssToken(
    TOKEN_ID['AP-REP'],
    encodeApRep({ etype: sessionKey.etype.number, cipher }),
  );
}

/** The plaintext of the ticket is overwritten. */
function copyElement({ adType, adData }: AuthorizationDataElement): AuthorizationElement {
  return { type: adType, data: copyOf(adData) };
}
