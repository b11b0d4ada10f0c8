import type { DataBuffer } from '../../../sspi/message-types.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import type { Observations } from '../../cases/probe.js';
import { content } from '../protection.js';
import { passes, type Scenario } from '../scenario.js';
import type { Pair } from '../stage.js';

const SIZES = [0, 1, 1024, 65_536] as const;

/** Which end sends and which receives. */
type Way = readonly [from: SecurityContext, to: SecurityContext];

/** Messages that nobody interferes with, from both ends. */
export function* messages(): Generator<Scenario> {
  for (const size of SIZES) {
    const message = content(size);
    yield exchange({
      id: `signed/${size}-bytes`,
      title: `messages of ${size} bytes, signed at both ends`,
      call: 'verifySignature',
      clause: 'MS-NLMP 3.4.8, 3.4.9',
      send: ([from, to]) => {
        const signature = from.makeSignature(message);
        to.verifySignature(message, signature);
        return { signature: signature.length };
      },
    });
    yield exchange({
      id: `sealed/${size}-bytes`,
      title: `messages of ${size} bytes, sealed at both ends`,
      call: 'decryptMessage',
      clause: 'MS-NLMP 3.4.6, 3.4.7',
      send: ([from, to]) => sealed(from, to, message),
    });
  }
  yield* interleaved();
  yield* lists();
  yield counted;
}

function sealed(from: SecurityContext, to: SecurityContext, message: Uint8Array): Observations {
  const made = from.encryptMessage(message);
  const { trailer, data } = made;
  const opened = to.decryptMessage(made);
  return {
    trailer: trailer.length,
    data: data.length,
    isHidden: message.length < 16 || !isSame(data, message),
    isOpened: isSame(opened, message),
  };
}

interface Exchange {
  readonly id: string;
  readonly title: string;
  readonly call: Scenario['call'];
  readonly clause: string;
  /** A message, or several, on its way. */
  readonly send: (way: Way) => Observations;
}

/** From the client to the server, then the other way. */
function exchange({ id, title, call, clause, send }: Exchange): Scenario {
  return {
    id: `messages/${id}`,
    title,
    call,
    failsLogon: false,
    expected: passes(clause),
    prepare: async (stage) => {
      const { client, server } = await stage.handshake();
      return () => ({ fromClient: send([client, server]), fromServer: send([server, client]) });
    },
  };
}

function* interleaved(): Generator<Scenario> {
  const [long, short] = [content(300), content(20)];
  yield exchange({
    id: 'interleaved/one-way',
    title: 'signed and sealed messages in turn: both count as one',
    call: 'decryptMessage',
    clause: 'MS-NLMP 3.4',
    send: ([from, to]) => {
      const rounds = [1, 2, 3].map(() => {
        to.verifySignature(short, from.makeSignature(short));
        return sealed(from, to, long)['isOpened'] === true;
      });
      return { areOpened: rounds.every((isOpened) => isOpened) };
    },
  });
  yield exchange({
    id: 'interleaved/made-ahead',
    title: 'five messages that are made before the first one is read',
    call: 'decryptMessage',
    clause: 'MS-NLMP 3.4',
    send: ([from, to]) => {
      const made = [0, 1, 2, 3, 4].map((index) => from.encryptMessage(content(100 + index)));
      const opened = made.map((one) => to.decryptMessage(one));
      return { areOpened: opened.every((one, index) => isSame(one, content(100 + index))) };
    },
  });
  yield {
    id: 'messages/interleaved/both-ways',
    title: 'messages of both directions at once: each has its own count and key',
    call: 'decryptMessage',
    failsLogon: false,
    expected: passes('MS-NLMP 3.4.5.2, 3.4.5.3'),
    prepare: async (stage) => {
      const { client, server } = await stage.handshake();
      return () => ({ areOpened: [1, 2, 3, 4].every(() => isCrossed({ client, server }, long)) });
    },
  };
}

function isCrossed(
  { client, server }: Pick<Pair, 'client' | 'server'>,
  message: Uint8Array,
): boolean {
  const [there, back] = [client.encryptMessage(message), server.encryptMessage(message)];
  const answers = [client.decryptMessage(back), server.decryptMessage(there)];
  return answers.every((opened) => isSame(opened, message));
}

/** Header and tail of a call, which are signed and travel in the clear, about a body that is sealed. */
function* lists(): Generator<Scenario> {
  yield exchange({
    id: 'lists/signed',
    title: 'a list of buffers, signed as one message',
    call: 'verifySignature',
    clause: 'MS-NLMP 3.4.8, 3.4.9',
    send: ([from, to]) => {
      const buffers = [content(24), content(0), content(500)].map((data) => ({ data }));
      to.verifySignatureBuffers(buffers, from.makeSignatureBuffers(buffers));
      return {};
    },
  });
  for (const flag of ['read-only', 'read-only-with-checksum'] as const) {
    yield exchange({
      id: `lists/${flag}`,
      title: `a list of buffers whose first is ${flag}`,
      call: 'decryptMessage',
      clause: 'MS-NLMP 3.4.6, 3.4.7',
      send: ([from, to]) => sealedList(from, to, flag),
    });
  }
}

function sealedList(
  from: SecurityContext,
  to: SecurityContext,
  flag: NonNullable<DataBuffer['flag']>,
): Observations {
  const [head, body] = [content(24), content(500)];
  const made = from.encryptMessageBuffers([{ data: head, flag }, { data: body }]);
  const [clear, hidden] = made.buffers as [DataBuffer, DataBuffer];
  const opened = to.decryptMessageBuffers(made);
  return {
    isFirstClear: isSame(clear.data, head),
    isSecondHidden: !isSame(hidden.data, body),
    isSecondOpened: isSame(opened[1] as Uint8Array, body),
  };
}

/** MS-NLMP 2.2.2.9.2: version 1, then eight bytes of checksum, then the number. */
const counted: Scenario = {
  id: 'messages/count',
  title: 'the version and the number in three signatures of each end',
  call: 'makeSignature',
  failsLogon: false,
  expected: passes('MS-NLMP 2.2.2.9.2', {
    client: { versions: [1, 1, 1], steps: [1, 1] },
    server: { versions: [1, 1, 1], steps: [1, 1] },
  }),
  prepare: async (stage) => {
    const { client, server } = await stage.handshake();
    return () => ({ client: counts(client), server: counts(server) });
  },
};

function counts(from: SecurityContext): Observations {
  const made = [1, 2, 3].map(() => Buffer.from(from.makeSignature(content(10))));
  const numbers = made.map((signature) => signature.readUInt32LE(12));
  return {
    versions: made.map((signature) => signature.readUInt32LE(0)),
    steps: numbers.slice(1).map((number, index) => number - (numbers[index] as number)),
  };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
