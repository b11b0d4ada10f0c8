import type { SealedMessage, SealOptions } from '../../sspi/message-types.js';
import type { SecurityContext } from '../../sspi/security-context.js';
import type { Pair } from './exchange.js';

/** A protected message. */
export interface ProtectedMessage {
  readonly data: Uint8Array;
  /** The signature or the trailer. */
  readonly token: Uint8Array;
  /** See {@link SealedMessage.padding}. */
  readonly padding?: Uint8Array | undefined;
}

/** Signing and verifying, or sealing and unsealing. */
export interface Protection {
  readonly name: 'signature' | 'trailer' | 'unencrypted';
  /** What it does to a message, in words. */
  readonly done: 'signed' | 'sealed' | 'sealed without encryption';
  /** The call of the receiver. */
  readonly call: 'verifySignature' | 'decryptMessage';
  readonly clause: string;
  /** The length of the token in bytes. */
  readonly length: number;
  readonly protect: (from: SecurityContext, data: Uint8Array) => ProtectedMessage;
  readonly receive: (to: SecurityContext, message: ProtectedMessage) => void;
}

/** The protections of a mechanism. */
export type Protections = readonly [signing: Protection, ...others: Protection[]];

/** Those of NTLM (MS-NLMP 2.2.2.9). */
export const NTLM_PROTECTIONS: Protections = [
  signing('MS-NLMP 3.4.9', 16),
  sealing('MS-NLMP 3.4.7', 16),
];

/** Those of Kerberos with aes256-cts-hmac-sha1-96 (RFC 3962 6). */
export const KERBEROS_PROTECTIONS: Protections = [
  signing('RFC 4121 4.2.6.1', 28),
  sealing('RFC 4121 4.2.4', 60),
  {
    ...sealing('RFC 4121 4.2.4', 28, { encrypt: false }),
    name: 'unencrypted',
    done: 'sealed without encryption',
  },
];

function signing(clause: string, length: number): Protection {
  return {
    name: 'signature',
    done: 'signed',
    call: 'verifySignature',
    clause,
    length,
    protect: (from, data) => ({ data, token: from.makeSignature(data) }),
    receive: (to, { data, token }) => to.verifySignature(data, token),
  };
}

function sealing(clause: string, length: number, options?: SealOptions): Protection {
  return {
    name: 'trailer',
    done: 'sealed',
    call: 'decryptMessage',
    clause,
    length,
    protect: (from, message) => {
      const { trailer: token, ...rest } = from.encryptMessage(message, options);
      return { token, ...rest };
    },
    receive: (to, { token, ...rest }) => {
      to.decryptMessage({ trailer: token, ...rest }, options);
    },
  };
}

/** Delivers a genuine message. A rejected forgery counts only if the same context accepted one before. */
export function deliverOnce({ protect, receive }: Protection, { tested, other }: Pair): void {
  receive(tested, protect(other, testBytes(33)));
}

/** Bytes that are the same in every run, and different for each size. */
export function testBytes(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + size) & 0xff);
}

/** A copy with one bit flipped. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
