import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Writer } from '../../src/bytes/writer.js';

/** A record of type SRV (RFC 2782). */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}

/** What a server answers to a question: records, a code of RFC 1035 4.1.1, or nothing. */
export type DnsAnswer = readonly Srv[] | number | undefined;

/** The code for a name that does not exist. */
export const NAME_ERROR = 3;
const IS_ANSWER = 0x8400;
const SRV = 33;
const INTERNET = 1;
/** Where the name of the question begins. */
const QUESTION = 12;

export interface DnsServer extends Disposable {
  /** Host and port, for `setServers`. */
  readonly address: string;
  /** The names that were asked for. */
  readonly questions: readonly string[];
}

/** Starts a DNS server on 127.0.0.1, for SRV records over UDP. */
export async function startDnsServer(answer: (name: string) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (query, { port, address }) => {
    const name = readName(query);
    questions.push(name);
    const answered = answer(name);
    if (answered === undefined) return;
    socket.send(encodeAnswer(query, name.length + 2, answered), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    [Symbol.dispose]: () => void socket.close(),
  };
}

function readName(query: Uint8Array): string {
  const labels: string[] = [];
  for (let start = QUESTION; query[start] !== 0; ) {
    const end = start + 1 + (query[start] as number);
    labels.push(Buffer.from(query.subarray(start + 1, end)).toString('latin1'));
    start = end;
  }
  return labels.join('.');
}

function encodeAnswer(
  query: Uint8Array,
  nameLength: number,
  answer: readonly Srv[] | number,
): Uint8Array {
  const [code, records] = typeof answer === 'number' ? [answer, []] : [0, answer];
  const question = query.subarray(QUESTION, QUESTION + nameLength + 4);
  const header = new Writer(QUESTION)
    .raw(query.subarray(0, 2))
    .uint16(IS_ANSWER | code)
    .uint16(1)
    .uint16(records.length)
    .uint32(0)
    .finish();
  return Buffer.concat([header, question, ...records.map(encodeSrv)]);
}

function encodeSrv({ priority, weight, port, name }: Srv): Uint8Array {
  const labels = name === '.' ? [] : name.split('.');
  const target = Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Uint8Array.of(0),
  ]);
  return new Writer(18 + target.length)
    .uint16(0xc000 | QUESTION)
    .uint16(SRV)
    .uint16(INTERNET)
    .uint32(60)
    .uint16(6 + target.length)
    .uint16(priority)
    .uint16(weight)
    .uint16(port)
    .raw(target)
    .finish();
}
