import type { SealOptions } from '../../../../sspi/message-types.js';
import type { SecurityContext } from '../../../../sspi/security-context.js';
import { expectAccepted, expectRefused, type Observations } from '../../../outcome.js';
import { testBytes } from '../../protection.js';
import type { Scenario } from '../../scenario.js';
import {
  type Direction,
  inBothDirections,
  isSame,
  messages,
  sendSealed,
  sendSigned,
} from '../messages.js';
import { rotations } from './rotations.js';
import { headersOf, wrap } from './wrap.js';

const SIZES = [0, 1, 16, 1000, 65_537] as const;

const SIGNED = 'RFC 4121 4.2.6.1';
const SEALED = 'RFC 4121 4.2.4';

/** A message of each kind. */
const KINDS: readonly (readonly [id: string, title: string, options: SealOptions])[] = [
  ['sealed', 'sealed', {}],
  ['unencrypted', 'sealed without encryption', { encrypt: false }],
];

/** Messages of Kerberos without tampering. */
export function* kerberosMessages(): Generator<Scenario> {
  yield* messages(SIZES, {
    signed: SIGNED,
    sealed: SEALED,
    inTurn: 'RFC 4121 4.2.1',
    bothWays: 'RFC 4121 2',
  });
  for (const size of SIZES) yield* ofSize(size);
  yield* withoutMutualAuth();
  yield sealedList;
  yield* otherKind();
  yield* rotations();
  yield headers;
}

function* ofSize(size: number): Generator<Scenario> {
  const message = testBytes(size);
  yield inBothDirections({
    id: `unencrypted/${size}-bytes`,
    title: `messages of ${size} bytes, sealed without encryption in both directions`,
    call: 'decryptMessage',
    clause: SEALED,
    send: (direction) => sendSealed(direction, message, { encrypt: false }),
  });
  for (const [id, title, options] of KINDS) {
    yield inBothDirections({
      id: `unwrapped/${id}/${size}-bytes`,
      title: `messages of ${size} bytes, ${title}, and unwrapped from one piece in both directions`,
      call: 'unwrapMessage',
      clause: SEALED,
      send: (direction) => sendWrapped(direction, message, options),
    });
  }
}

function sendWrapped(
  [from, to]: Direction,
  message: Uint8Array,
  options: SealOptions,
): Observations {
  const wrapped = wrap(from, message, options);
  const opened = to.unwrapMessage(wrapped, options);
  return { added: wrapped.length - message.length, isOpened: isSame(opened, message) };
}

/** Then the client chooses the key and the first sequence number of both. */
function* withoutMutualAuth(): Generator<Scenario> {
  const message = testBytes(100);
  const setup = { initialize: { flags: ['integrity', 'confidentiality'] } } as const;
  for (const [id, call, clause, send] of [
    ['signed', 'verifySignature', SIGNED, sendSigned],
    ['sealed', 'decryptMessage', SEALED, sendSealed],
  ] as const) {
    yield inBothDirections({
      id: `without-mutual-auth/${id}`,
      title: `messages, ${id} in both directions on a context without mutual authentication`,
      call,
      clause,
      setup,
      send: (direction) => send(direction, message),
    });
  }
}

const sealedList = inBothDirections({
  id: 'lists/sealed',
  title: 'a list of buffers, sealed as one message',
  call: 'decryptMessage',
  clause: SEALED,
  send: ([from, to]) => {
    const parts = [testBytes(24), testBytes(0), testBytes(500)];
    const made = from.encryptMessageBuffers(parts.map((data) => ({ data })));
    const opened = to.decryptMessageBuffers(made);
    return { areOpened: opened.every((one, index) => isSame(one, parts[index] as Uint8Array)) };
  },
});

/** A receiver that expects encryption must not take a message without it. */
function* otherKind(): Generator<Scenario> {
  for (const [id, title, sent, expected] of [
    ['unencrypted', 'a message without encryption, which should have it', { encrypt: false }, {}],
    ['sealed', 'an encrypted message, which should only be signed', {}, { encrypt: false }],
  ] as [string, string, SealOptions, SealOptions][]) {
    yield {
      id: `messages/other-kind/${id}`,
      title,
      call: 'unwrapMessage',
      failsLogon: false,
      expected: expectRefused('sspi.h, SECQOP_WRAP_NO_ENCRYPT'),
      prepare: async (exchange) => {
        const { tested, other } = await exchange.shakeHands();
        const wrapped = wrap(other, testBytes(100), sent);
        return () => {
          tested.unwrapMessage(wrapped, expected);
          return undefined;
        };
      },
    };
  }
}

/** RFC 4121 4.2.2 to 4.2.5: EC and RRC are the sender's choice. */
const headers: Scenario = {
  id: 'messages/headers',
  title:
    'the headers of signed and sealed messages: flags, EC, RRC, and the steps of the sequence number',
  call: 'encryptMessage',
  failsLogon: false,
  expected: expectAccepted('RFC 4121 4.2.1, 4.2.2', {
    observations: { client: { steps: [1, 1, 1, 1, 1] }, server: { steps: [1, 1, 1, 1, 1] } },
  }),
  prepare: async (exchange) => {
    const { client, server } = await exchange.shakeHands();
    const observe = (from: SecurityContext) => headersOf(from, testBytes(100));
    return () => ({ client: observe(client), server: observe(server) });
  },
};
