import type { SealedMessage } from '../../sspi/message-types.js';
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
  readonly name: 'signature' | 'trailer';
  /** The call of the receiver. */
  readonly call: 'verifySignature' | 'decryptMessage';
  readonly clause: string;
  readonly protect: (from: SecurityContext, data: Uint8Array) => ProtectedMessage;
  readonly receive: (to: SecurityContext, message: ProtectedMessage) => void;
}

export const SIGNING: Protection = {
  name: 'signature',
  call: 'verifySignature',
  clause: 'MS-NLMP 3.4.9',
  protect: (from, data) => ({ data, token: from.makeSignature(data) }),
  receive: (to, { data, token }) => to.verifySignature(data, token),
};

export const SEALING: Protection = {
  name: 'trailer',
  call: 'decryptMessage',
  clause: 'MS-NLMP 3.4.7',
  protect: (from, message) => {
    const { trailer: token, ...rest } = from.encryptMessage(message);
    return { token, ...rest };
  },
  receive: (to, { token, ...rest }) => void to.decryptMessage({ trailer: token, ...rest }),
};

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
