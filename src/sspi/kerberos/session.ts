import type { KeyInfo } from '../context-attributes.js';
import { contextFlagsOf, type KerberosContextFlag } from './context-flags.js';
import type { ProtocolKey } from './crypto/protocol-key.js';
import type { AuthorizationDataElement } from './messages/authorization-data.js';
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
  readonly authorizationData?: readonly AuthorizationDataElement[] | undefined;
}

/** The result of a handshake. */
export class KerberosSession {
  readonly flags: readonly KerberosContextFlag[];
  readonly userName: string;
  readonly authorizationData: readonly AuthorizationDataElement[];
  /** Absent without integrity. */
  readonly security: MessageSecurity | undefined;
  readonly #key: ProtocolKey;

  constructor({ gssFlags, userName, authorizationData = [], ...agreement }: Agreement) {
    const flags = contextFlagsOf(gssFlags);
    const isProtected = protectsMessages(agreement.key.etype);
    this.flags = isProtected ? flags : flags.filter((flag) => !PROTECTION.includes(flag));
    this.userName = userName;
    this.authorizationData = authorizationData;
    this.#key = agreement.key;
    const isConfidential = this.flags.includes('confidentiality');
    this.security = this.flags.includes('integrity')
      ? new MessageSecurity({ ...agreement, isConfidential })
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
