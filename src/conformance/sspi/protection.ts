import type { SealedMessage } from '../../sspi/message-types.js';
import type { SecurityContext } from '../../sspi/security-context.js';
import type { Pair } from './stage.js';

/** What is sent. */
export interface Protected {
  readonly data: Uint8Array;
  /** The signature or the trailer. */
  readonly token: Uint8Array;
  /** See {@link SealedMessage.padding}. */
  readonly padding?: Uint8Array | undefined;
}

/** Signing or sealing, and what undoes it. */
export interface Protection {
  readonly name: 'signature' | 'trailer';
  readonly call: 'verifySignature' | 'decryptMessage';
  readonly clause: string;
  readonly make: (from: SecurityContext, data: Uint8Array) => Protected;
  readonly take: (to: SecurityContext, made: Protected) => void;
}

export const SIGNING: Protection = {
  name: 'signature',
  call: 'verifySignature',
  clause: 'MS-NLMP 3.4.9',
  make: (from, data) => ({ data, token: from.makeSignature(data) }),
  take: (to, { data, token }) => to.verifySignature(data, token),
};

export const SEALING: Protection = {
  name: 'trailer',
  call: 'decryptMessage',
  clause: 'MS-NLMP 3.4.7',
  make: (from, message) => {
    const { trailer: token, ...rest } = from.encryptMessage(message);
    return { token, ...rest };
  },
  take: (to, { token, ...rest }) => void to.decryptMessage({ trailer: token, ...rest }),
};

/** That a message is refused says nothing of a receiver that refuses all. */
export function deliver({ make, take }: Protection, { tested, other }: Pair): void {
  take(tested, make(other, content(33)));
}

/** Bytes that are the same in every run, and others for each length. */
export function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + size) & 0xff);
}

/** A copy with one bit that is another. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
