import type { SealedMessage, SecurityContext } from '../../../sspi/security-context.js';
import { isRefused, type Scenario } from '../scenario.js';
import type { Pair, Stage } from '../stage.js';
import { content } from './messages.js';

const SIGNATURE = 16;
const VERIFYING = 'MS-NLMP 3.4.9';
const OPENING = 'MS-NLMP 3.4.7';

const message = content(40);
const another = content(41);

/** A message that the side that is asked receives, and that the other end did not send so. */
interface Forgery {
  readonly id: string;
  readonly title: string;
  /** Makes what the receiver is given. */
  readonly forge: (pair: Pair, stage: Stage) => Signed | Promise<Signed>;
}

interface Signed {
  readonly data: Uint8Array;
  /** The signature or the trailer. */
  readonly token: Uint8Array;
}

type Make = (from: SecurityContext, data: Uint8Array) => Signed;

const sign: Make = (from, data) => ({ data, token: from.makeSignature(data) });

const seal: Make = (from, data) => {
  const made: SealedMessage = from.encryptMessage(data);
  return { data: made.data, token: made.trailer };
};

/** Signed and sealed messages that are not the ones that were sent, not the next, or from somebody else. */
export function* forgeries(): Generator<Scenario> {
  for (const forgery of forgeriesOf(sign)) {
    yield {
      id: `signature/${forgery.id}`,
      title: `signed: ${forgery.title}`,
      call: 'verifySignature',
      failsLogon: false,
      expected: isRefused(VERIFYING),
      prepare: async (stage) => {
        const pair = await stage.handshake();
        const { data, token } = await forgery.forge(pair, stage);
        return () => {
          pair.tested.verifySignature(data, token);
          return undefined;
        };
      },
    };
  }
  for (const forgery of forgeriesOf(seal)) {
    yield {
      id: `trailer/${forgery.id}`,
      title: `sealed: ${forgery.title}`,
      call: 'decryptMessage',
      failsLogon: false,
      expected: isRefused(OPENING),
      prepare: async (stage) => {
        const pair = await stage.handshake();
        const { data, token } = await forgery.forge(pair, stage);
        return () => {
          pair.tested.decryptMessage(data, token);
          return undefined;
        };
      },
    };
  }
  yield* afterwards();
}

function* forgeriesOf(make: Make): Generator<Forgery> {
  yield* bits(make);
  yield* data(make);
  yield* lengths(make);
  yield* order(make);
  yield* strangers(make);
}

/** Each of the 128 bits: version, checksum and number (MS-NLMP 2.2.2.9.2). */
function* bits(make: Make): Generator<Forgery> {
  for (let bit = 0; bit < 8 * SIGNATURE; bit++) {
    const byte = bit >> 3;
    yield {
      id: `byte-${String(byte).padStart(2, '0')}/bit-${bit & 7}`,
      title: `bit ${bit & 7} of byte ${byte} is another`,
      forge: ({ other }) => withToken(make(other, message), (token) => flipped(token, bit)),
    };
  }
}

function* data(make: Make): Generator<Forgery> {
  for (const [id, title, change] of [
    ['first-bit', 'the first bit of the message is another', (bytes) => flipped(bytes, 0)],
    [
      'last-bit',
      'the last bit of the message is another',
      (bytes) => flipped(bytes, 8 * bytes.length - 1),
    ],
    ['cut-off', 'the last byte of the message is missing', (bytes) => bytes.subarray(0, -1)],
    [
      'extended',
      'there is a byte after the message',
      (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
    ],
    ['empty', 'nothing is left of the message', () => new Uint8Array(0)],
  ] as [string, string, (bytes: Uint8Array) => Uint8Array][]) {
    yield {
      id: `data/${id}`,
      title,
      forge: ({ other }) => {
        const made = make(other, message);
        return { ...made, data: change(made.data) };
      },
    };
  }
}

function* lengths(make: Make): Generator<Forgery> {
  for (const length of [0, 1, 15, 17, 32]) {
    yield {
      id: `length/${length}`,
      title: `${length} bytes in place of ${SIGNATURE}`,
      forge: ({ other }) =>
        withToken(make(other, message), (token) => {
          const bytes = new Uint8Array(length);
          bytes.set(token.subarray(0, length));
          return bytes;
        }),
    };
  }
}

function* order(make: Make): Generator<Forgery> {
  yield {
    id: 'order/replayed',
    title: 'a message comes again',
    forge: ({ other, tested }) => {
      const made = make(other, message);
      if (make === sign) tested.verifySignature(made.data, made.token);
      else tested.decryptMessage(made.data, made.token);
      return made;
    },
  };
  yield {
    id: 'order/skipped',
    title: 'a message is missing before it',
    forge: ({ other }) => {
      make(other, another);
      return make(other, message);
    },
  };
  yield {
    id: 'order/of-another-message',
    title: 'the token is that of another message',
    forge: ({ other }) => {
      const made = make(other, message);
      return { ...made, token: make(other, message).token };
    },
  };
}

function* strangers(make: Make): Generator<Forgery> {
  yield {
    id: 'key/reflected',
    title: 'the receiver made it itself: it has the key of the other direction',
    forge: ({ tested }) => make(tested, message),
  };
  yield {
    id: 'key/of-another-context',
    title: 'it comes from another handshake of the same two',
    forge: async (_, stage) => make((await stage.handshake()).other, message),
  };
  yield {
    id: 'key/constant',
    title: 'the constant token of a context without integrity (MS-NLMP 3.4.4)',
    forge: () => {
      const token = new Uint8Array(SIGNATURE);
      token[0] = 1;
      return { data: message, token };
    },
  };
}

/** Which the specification leaves open, but for the number of a message out of its order (MS-NLMP 3.4.4). */
function* afterwards(): Generator<Scenario> {
  for (const [id, title, spoil] of [
    ['altered', 'one that was altered', (bytes) => flipped(bytes, 40)],
    ['out-of-sequence', 'one of another number', (bytes) => flipped(bytes, 8 * SIGNATURE - 1)],
    ['too-short', 'one that is too short', (bytes) => bytes.subarray(0, -1)],
  ] as [string, string, (token: Uint8Array) => Uint8Array][]) {
    yield {
      id: `signature/afterwards/${id}`,
      title: `signed: the right message, after ${title} was refused`,
      call: 'verifySignature',
      failsLogon: false,
      prepare: async (stage) => {
        const { tested, other } = await stage.handshake();
        const { token } = sign(other, message);
        if (!isTurnedDown(() => tested.verifySignature(message, spoil(token))))
          return () => ({ wasRefused: false });
        return () => {
          tested.verifySignature(message, token);
          return { wasRefused: true };
        };
      },
    };
  }
}

function isTurnedDown(work: () => void): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

function withToken({ data, token }: Signed, change: (token: Uint8Array) => Uint8Array): Signed {
  return { data, token: change(token) };
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
