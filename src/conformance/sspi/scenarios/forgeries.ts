import { expectRefused } from '../../outcome.js';
import type { Exchange, Pair } from '../exchange.js';
import {
  deliverOnce,
  flipBit,
  type ProtectedMessage,
  type Protection,
  type Protections,
  testBytes,
} from '../protection.js';
import type { Scenario } from '../scenario.js';

/** Both NTLM and Kerberos have it at the end of the first 16 bytes (MS-NLMP 2.2.2.9.2, RFC 4121 4.2). */
const LAST_BIT_OF_SEQUENCE_NUMBER = 127;

const message = testBytes(40);
const otherMessage = testBytes(41);

/** A message to the tested side that the other end did not send. */
interface Forgery {
  readonly id: string;
  readonly title: string;
  readonly forge: (pair: Pair, exchange: Exchange) => ProtectedMessage | Promise<ProtectedMessage>;
}

interface ForgeryOptions {
  /** The number of a bit in a signature that is part of the checksum. */
  readonly bitOfChecksum: number;
  /** Whether contexts without integrity have a constant token. */
  readonly hasConstant: boolean;
}

/** Signed and sealed messages that are altered, out of sequence, or protected with a wrong key. */
export function* forgeries(
  protections: Protections,
  { bitOfChecksum, hasConstant }: ForgeryOptions,
): Generator<Scenario> {
  for (const protection of protections) {
    const constant = hasConstant ? [constantToken] : [];
    for (const { id, title, forge } of [...forgeriesOf(protection), ...constant]) {
      const { name, done, call, clause, receive } = protection;
      yield {
        id: `${name}/${id}`,
        title: `${done}: ${title}`,
        call,
        failsLogon: false,
        expected: expectRefused(clause),
        prepare: async (exchange) => {
          const pair = await exchange.shakeHands();
          deliverOnce(protection, pair);
          const forged = await forge(pair, exchange);
          return () => {
            receive(pair.tested, forged);
            return undefined;
          };
        },
      };
    }
  }
  yield* afterRefusal(protections[0], bitOfChecksum);
}

function* forgeriesOf(protection: Protection): Generator<Forgery> {
  yield* alteredTokens(protection);
  yield* alteredData(protection);
  yield* wrongLengths(protection);
  yield* wrongSequence(protection);
  yield* wrongKey(protection);
}

/** Each bit. Of NTLM: version, checksum and sequence number (MS-NLMP 2.2.2.9.2). */
function* alteredTokens({ length, protect }: Protection): Generator<Forgery> {
  for (let bit = 0; bit < 8 * length; bit++) {
    const byte = bit >> 3;
    yield {
      id: `byte-${String(byte).padStart(2, '0')}/bit-${bit & 7}`,
      title: `bit ${bit & 7} of byte ${byte} flipped`,
      forge: ({ other }) => withToken(protect(other, message), (token) => flipBit(token, bit)),
    };
  }
}

function* alteredData({ protect }: Protection): Generator<Forgery> {
  for (const [id, title, change] of [
    ['first-bit', 'the first bit of the message flipped', (bytes) => flipBit(bytes, 0)],
    [
      'last-bit',
      'the last bit of the message flipped',
      (bytes) => flipBit(bytes, 8 * bytes.length - 1),
    ],
    ['cut-off', 'the last byte of the message missing', (bytes) => bytes.subarray(0, -1)],
    ['extended', 'a byte after the message', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['empty', 'an empty message', () => new Uint8Array(0)],
  ] as [string, string, (bytes: Uint8Array) => Uint8Array][]) {
    yield {
      id: `data/${id}`,
      title,
      forge: ({ other }) => {
        const made = protect(other, message);
        return { ...made, data: change(made.data) };
      },
    };
  }
}

function* wrongLengths({ length: genuine, protect }: Protection): Generator<Forgery> {
  for (const length of [0, 1, genuine - 1, genuine + 1, 2 * genuine]) {
    yield {
      id: `length/${length}`,
      title: `${length} bytes instead of ${genuine}`,
      forge: ({ other }) =>
        withToken(protect(other, message), (token) => {
          const bytes = new Uint8Array(length);
          bytes.set(token.subarray(0, length));
          return bytes;
        }),
    };
  }
}

function* wrongSequence({ protect, receive }: Protection): Generator<Forgery> {
  yield {
    id: 'order/replayed',
    title: 'a replayed message',
    forge: ({ other, tested }) => {
      const made = protect(other, message);
      receive(tested, made);
      return made;
    },
  };
  yield {
    id: 'order/skipped',
    title: 'a message is missing before it',
    forge: ({ other }) => {
      protect(other, otherMessage);
      return protect(other, message);
    },
  };
  yield {
    id: 'order/of-another-message',
    title: 'the token of another message',
    forge: ({ other }) => {
      const made = protect(other, message);
      return { ...made, token: protect(other, message).token };
    },
  };
}

function* wrongKey({ protect }: Protection): Generator<Forgery> {
  yield {
    id: 'key/reflected',
    title: 'a reflected message, protected by the receiver itself',
    forge: ({ tested }) => protect(tested, message),
  };
  yield {
    id: 'key/of-another-context',
    title: 'a message of another handshake of the same participants',
    forge: async (_, exchange) => protect((await exchange.shakeHands()).other, message),
  };
}

const constantToken: Forgery = {
  id: 'key/constant',
  title: 'the constant token of a context without integrity (MS-NLMP 3.4.4)',
  forge: () => {
    const token = new Uint8Array(16);
    token[0] = 1;
    return { data: message, token };
  },
};

/** MS-NLMP 3.4.4 leaves open whether a refused message counts, except for a wrong sequence number. */
function* afterRefusal(signing: Protection, bitOfChecksum: number): Generator<Scenario> {
  for (const [id, title, spoil] of [
    ['altered', 'an altered one', (bytes) => flipBit(bytes, bitOfChecksum)],
    [
      'out-of-sequence',
      'one with another sequence number',
      (bytes) => flipBit(bytes, LAST_BIT_OF_SEQUENCE_NUMBER),
    ],
    ['too-short', 'a short one', (bytes) => bytes.subarray(0, -1)],
  ] as [string, string, (token: Uint8Array) => Uint8Array][]) {
    yield {
      id: `signature/afterwards/${id}`,
      title: `signed: the genuine message after ${title} was refused`,
      call: 'verifySignature',
      failsLogon: false,
      prepare: async (exchange) => {
        const pair = await exchange.shakeHands();
        deliverOnce(signing, pair);
        const { data, token } = signing.protect(pair.other, message);
        const isRefusedBefore = throws(() =>
          signing.receive(pair.tested, { data, token: spoil(token) }),
        );
        return () => {
          if (isRefusedBefore) signing.receive(pair.tested, { data, token });
          return { isRefusedBefore };
        };
      },
    };
  }
}

function throws(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

function withToken(
  { data, token }: ProtectedMessage,
  change: (token: Uint8Array) => Uint8Array,
): ProtectedMessage {
  return { data, token: change(token) };
}
