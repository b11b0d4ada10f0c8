import {
  content,
  deliver,
  flipped,
  type Protected,
  type Protection,
  SEALING,
  SIGNING,
} from '../protection.js';
import { isRefused, type Scenario } from '../scenario.js';
import type { Pair, Stage } from '../stage.js';

const SIGNATURE = 16;

const message = content(40);
const another = content(41);

/** A message that the side that is asked receives, and that the other end did not send so. */
interface Forgery {
  readonly id: string;
  readonly title: string;
  /** Makes what the receiver is given. */
  readonly forge: (pair: Pair, stage: Stage) => Protected | Promise<Protected>;
}

/** Signed and sealed messages that are not the ones that were sent, not the next, or from somebody else. */
export function* forgeries(): Generator<Scenario> {
  for (const protection of [SIGNING, SEALING]) {
    for (const { id, title, forge } of forgeriesOf(protection)) {
      const { name, call, clause, take } = protection;
      yield {
        id: `${name}/${id}`,
        title: `${name === 'signature' ? 'signed' : 'sealed'}: ${title}`,
        call,
        failsLogon: false,
        expected: isRefused(clause),
        prepare: async (stage) => {
          const pair = await stage.handshake();
          deliver(protection, pair);
          const made = await forge(pair, stage);
          return () => {
            take(pair.tested, made);
            return undefined;
          };
        },
      };
    }
  }
  yield* afterwards();
}

function* forgeriesOf(protection: Protection): Generator<Forgery> {
  yield* bits(protection);
  yield* data(protection);
  yield* lengths(protection);
  yield* order(protection);
  yield* strangers(protection);
}

/** Each of the 128 bits: version, checksum and number (MS-NLMP 2.2.2.9.2). */
function* bits({ make }: Protection): Generator<Forgery> {
  for (let bit = 0; bit < 8 * SIGNATURE; bit++) {
    const byte = bit >> 3;
    yield {
      id: `byte-${String(byte).padStart(2, '0')}/bit-${bit & 7}`,
      title: `bit ${bit & 7} of byte ${byte} is another`,
      forge: ({ other }) => withToken(make(other, message), (token) => flipped(token, bit)),
    };
  }
}

function* data({ make }: Protection): Generator<Forgery> {
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

function* lengths({ make }: Protection): Generator<Forgery> {
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

function* order({ make, take }: Protection): Generator<Forgery> {
  yield {
    id: 'order/replayed',
    title: 'a message comes again',
    forge: ({ other, tested }) => {
      const made = make(other, message);
      take(tested, made);
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

function* strangers({ make }: Protection): Generator<Forgery> {
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
    ['altered', 'one that was altered', (bytes) => flipped(bytes, 8 * 9)],
    ['out-of-sequence', 'one of another number', (bytes) => flipped(bytes, 8 * SIGNATURE - 1)],
    ['too-short', 'one that is too short', (bytes) => bytes.subarray(0, -1)],
  ] as [string, string, (token: Uint8Array) => Uint8Array][]) {
    yield {
      id: `signature/afterwards/${id}`,
      title: `signed: the right message, after ${title} was refused`,
      call: 'verifySignature',
      failsLogon: false,
      prepare: async (stage) => {
        const pair = await stage.handshake();
        deliver(SIGNING, pair);
        const { data, token } = SIGNING.make(pair.other, message);
        const isSpoiled = isTurnedDown(() =>
          SIGNING.take(pair.tested, { data, token: spoil(token) }),
        );
        return () => {
          if (isSpoiled) SIGNING.take(pair.tested, { data, token });
          return { isRefusedBefore: isSpoiled };
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

function withToken(
  { data, token }: Protected,
  change: (token: Uint8Array) => Uint8Array,
): Protected {
  return { data, token: change(token) };
}
