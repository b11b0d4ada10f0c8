import type { DataBuffer, SealOptions } from '../../../sspi/message-types.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import { expectAccepted, type Observations } from '../../outcome.js';
import type { ContextSetup, Pair } from '../exchange.js';
import { testBytes } from '../protection.js';
import type { Scenario } from '../scenario.js';

/** The clauses of messages. */
export interface MessageClauses {
  readonly signed: string;
  readonly sealed: string;
  /** Of signed and sealed messages in turn. */
  readonly inTurn: string;
  /** Of messages in both directions at once. */
  readonly bothWays: string;
}

/** The sender and the receiver. */
export type Direction = readonly [from: SecurityContext, to: SecurityContext];

/** Messages in both directions, without tampering. */
export function* messages(sizes: readonly number[], clauses: MessageClauses): Generator<Scenario> {
  for (const size of sizes) {
    const message = testBytes(size);
    yield inBothDirections({
      id: `signed/${size}-bytes`,
      title: `messages of ${size} bytes, signed in both directions`,
      call: 'verifySignature',
      clause: clauses.signed,
      send: (direction) => sendSigned(direction, message),
    });
    yield inBothDirections({
      id: `sealed/${size}-bytes`,
      title: `messages of ${size} bytes, sealed in both directions`,
      call: 'decryptMessage',
      clause: clauses.sealed,
      send: (direction) => sendSealed(direction, message),
    });
  }
  yield* interleaved(clauses);
  yield signedList(clauses.signed);
}

export function sendSigned([from, to]: Direction, message: Uint8Array): Observations {
  const signature = from.makeSignature(message);
  to.verifySignature(message, signature);
  return { signature: signature.length };
}

export function sendSealed(
  [from, to]: Direction,
  message: Uint8Array,
  options?: SealOptions,
): Observations {
  const made = from.encryptMessage(message, options);
  const { trailer, data, padding } = made;
  const opened = to.decryptMessage(made, options);
  return {
    trailer: trailer.length,
    data: data.length,
    padding: padding?.length ?? 0,
    isHidden: message.length < 16 || !isSame(data, message),
    isOpened: isSame(opened, message),
  };
}

interface Sending {
  readonly id: string;
  readonly title: string;
  readonly call: Scenario['call'];
  readonly clause: string;
  readonly setup?: ContextSetup;
  /** Sends one or more messages. */
  readonly send: (direction: Direction) => Observations;
}

/** From the client to the server, and then back. */
export function inBothDirections({ id, title, call, clause, setup, send }: Sending): Scenario {
  return {
    id: `messages/${id}`,
    title,
    call,
    failsLogon: false,
    expected: expectAccepted(clause),
    prepare: async (exchange) => {
      const { client, server } = await exchange.shakeHands(setup);
      return () => ({ fromClient: send([client, server]), fromServer: send([server, client]) });
    },
  };
}

function* interleaved({ inTurn, bothWays }: MessageClauses): Generator<Scenario> {
  const [long, short] = [testBytes(300), testBytes(20)];
  yield inBothDirections({
    id: 'interleaved/one-way',
    title: 'signed and sealed messages in turn, which share one sequence number',
    call: 'decryptMessage',
    clause: inTurn,
    send: ([from, to]) => {
      const rounds = [1, 2, 3].map(() => {
        to.verifySignature(short, from.makeSignature(short));
        return sendSealed([from, to], long)['isOpened'] === true;
      });
      return { areOpened: rounds.every((isOpened) => isOpened) };
    },
  });
  yield inBothDirections({
    id: 'interleaved/made-ahead',
    title: 'five messages made before the first is received',
    call: 'decryptMessage',
    clause: inTurn,
    send: ([from, to]) => {
      const made = [0, 1, 2, 3, 4].map((index) => from.encryptMessage(testBytes(100 + index)));
      const opened = made.map((one) => to.decryptMessage(one));
      return { areOpened: opened.every((one, index) => isSame(one, testBytes(100 + index))) };
    },
  });
  yield {
    id: 'messages/interleaved/both-ways',
    title: 'messages in both directions at once, each with its own sequence number and key',
    call: 'decryptMessage',
    failsLogon: false,
    expected: expectAccepted(bothWays),
    prepare: async (exchange) => {
      const { client, server } = await exchange.shakeHands();
      return () => ({ areOpened: [1, 2, 3, 4].every(() => sendCrossed({ client, server }, long)) });
    },
  };
}

/** Both ends send before either receives. */
function sendCrossed(
  { client, server }: Pick<Pair, 'client' | 'server'>,
  message: Uint8Array,
): boolean {
  const [there, back] = [client.encryptMessage(message), server.encryptMessage(message)];
  const answers = [client.decryptMessage(back), server.decryptMessage(there)];
  return answers.every((opened) => isSame(opened, message));
}

function signedList(clause: string): Scenario {
  return inBothDirections({
    id: 'lists/signed',
    title: 'a list of buffers, signed as one message',
    call: 'verifySignature',
    clause,
    send: ([from, to]) => {
      const buffers = [testBytes(24), testBytes(0), testBytes(500)].map((data) => ({ data }));
      to.verifySignatureBuffers(buffers, from.makeSignatureBuffers(buffers));
      return {};
    },
  });
}

/** Lists of buffers that are one message, some of which travel in the clear, with or without a checksum. */
function* readOnlyLists(): Generator<Scenario> {
  for (const flag of ['read-only', 'read-only-with-checksum'] as const) {
    yield inBothDirections({
      id: `lists/${flag}`,
      title: `a list of buffers, the first of them ${flag}`,
      call: 'decryptMessage',
      clause: 'MS-NLMP 3.4.6, 3.4.7',
      send: ([from, to]) => sendSealedList(from, to, flag),
    });
  }
}

function sendSealedList(
  from: SecurityContext,
  to: SecurityContext,
  flag: NonNullable<DataBuffer['flag']>,
): Observations {
  const [head, body] = [testBytes(24), testBytes(500)];
  const made = from.encryptMessageBuffers([{ data: head, flag }, { data: body }]);
  const [clear, hidden] = made.buffers as [DataBuffer, DataBuffer];
  const opened = to.decryptMessageBuffers(made);
  return {
    isFirstClear: isSame(clear.data, head),
    isSecondHidden: !isSame(hidden.data, body),
    isSecondOpened: isSame(opened[1] as Uint8Array, body),
  };
}

/** Messages of NTLM in both directions, without tampering. */
export function* ntlmMessages(): Generator<Scenario> {
  yield* messages([0, 1, 1024, 65_536], {
    signed: 'MS-NLMP 3.4.8, 3.4.9',
    sealed: 'MS-NLMP 3.4.6, 3.4.7',
    inTurn: 'MS-NLMP 3.4',
    bothWays: 'MS-NLMP 3.4.5.2, 3.4.5.3',
  });
  yield* readOnlyLists();
  yield sequenceNumbers;
}

/** MS-NLMP 2.2.2.9.2: version 1, eight bytes of checksum, the sequence number. */
const sequenceNumbers: Scenario = {
  id: 'messages/count',
  title: 'the version and the sequence number in three signatures of each end',
  call: 'makeSignature',
  failsLogon: false,
  expected: expectAccepted('MS-NLMP 2.2.2.9.2', {
    observations: {
      client: { versions: [1, 1, 1], steps: [1, 1] },
      server: { versions: [1, 1, 1], steps: [1, 1] },
    },
  }),
  prepare: async (exchange) => {
    const { client, server } = await exchange.shakeHands();
    return () => ({ client: signThree(client), server: signThree(server) });
  },
};

function signThree(from: SecurityContext): Observations {
  const made = [1, 2, 3].map(() => Buffer.from(from.makeSignature(testBytes(10))));
  const numbers = made.map((signature) => signature.readUInt32LE(12));
  return {
    versions: made.map((signature) => signature.readUInt32LE(0)),
    steps: numbers.slice(1).map((number, index) => number - (numbers[index] as number)),
  };
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
