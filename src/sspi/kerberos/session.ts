import type { AuthorizationElement, KeyInfo } from '../context-attributes.js';
import type { Session } from '../session.js';
import { contextFlagsOf, type KerberosContextFlag } from './context-flags.js';
import type { ProtocolKey } from './crypto/protocol-key.js';
import { MessageSecurity, protectsMessages } from './protection/message-security.js';

/** What the two sides agreed on in a handshake. */
export interface Agreement {
  readonly role: 'initiator' | 'acceptor';
  /** The GSS_C_ flags of the initiator. */
  readonly gssFlags: number;
  /** The client, as `name@REALM`. */
  readonly userName: string;
  /** The key of the context, which becomes that of the session. */
  readonly key: ProtocolKey;
  /** Whether the acceptor chose the key. */
  readonly isAcceptorSubkey: boolean;
  /** The seq-number of each side. */
  readonly firstSequence: { readonly initiator: number; readonly acceptor: number };
  /** The authorization data of the ticket. Only the acceptor sees it. */
  readonly authorizationData: readonly AuthorizationElement[] | undefined;
}

/** The result of a handshake. */
export class KerberosSession implements Session {
  readonly mechanism = 'Kerberos';
  readonly contextFlags: readonly KerberosContextFlag[];
  readonly userName: string;
  readonly authorizationData: readonly AuthorizationElement[] | undefined;
  /** Absent without integrity. */
  readonly security: MessageSecurity | undefined;
  /** Only as far as RFC 4178 5 requires it. */
  readonly requiresMechListMic = false;
  readonly #key: ProtocolKey;

  constructor(agreement: Agreement) {
    const { gssFlags, role, key, isAcceptorSubkey, firstSequence } = agreement;
    const flags = contextFlagsOf(gssFlags);
    const isProtected = protectsMessages(key.etype);
    this.contextFlags = isProtected ? flags : flags.filter((flag) => !PROTECTION.includes(flag));
    this.userName = agreement.userName;
    this.authorizationData = agreement.authorizationData;
    this.#key = key;
    const isConfidential = this.contextFlags.includes('confidentiality');
    this.security = this.contextFlags.includes('integrity')
      ? new MessageSecurity({ role, key, isAcceptorSubkey, firstSequence, isConfidential })
      : undefined;
  }

  /** The key that protects the messages. */
  get keyBytes(): Uint8Array {
    return this.#key.bytes;
  }

  /** The numbers are those of the registry of IANA. */
  get keyInfo(): KeyInfo {
    const { name, number, checksumType, keyLength } = this.#key.etype;
    return {
      signatureAlgorithmName: name,
      encryptAlgorithmName: name,
      keySize: 8 * keyLength,
      signatureAlgorithm: checksumType >>> 0,
      encryptAlgorithm: number,
    };
  }

  /** Overwrites the key material. */
  close(): void {
    this.#key.close();
  }
}

const PROTECTION: readonly KerberosContextFlag[] = [
  'integrity',
  'confidentiality',
  'replay-detect',
  'sequence-detect',
];
