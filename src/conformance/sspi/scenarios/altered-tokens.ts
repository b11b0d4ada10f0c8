import { expectRefused } from '../../outcome.js';
import type { Tamper } from '../exchange.js';
import { afterCleanHandshake, type Scenario } from '../scenario.js';
import {
  changeMessage,
  changePayload,
  NTLM_MESSAGES,
  type NtlmMessage,
  replaceToken,
} from '../tampering.js';

const MESSAGES = Object.keys(NTLM_MESSAGES) as NtlmMessage[];

/** Bytes of a token. */
const MAX_TOKEN = 65_535;

/** Offsets of NegotiateFlags (MS-NLMP 2.2.1). */
const FLAGS_AT = { NEGOTIATE: 12, CHALLENGE: 20, AUTHENTICATE: 60 } as const;

/** Flags that both providers request. A context without them is weaker (MS-NLMP 2.2.2.5). */
const FLAGS = {
  sign: 0x00000010,
  seal: 0x00000020,
  'sign-and-seal': 0x00000030,
  'extended-session-security': 0x00080000,
  '128-bit': 0x20000000,
  'key-exchange': 0x40000000,
} as const;

/** Offsets in an AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3). */
const FIELDS = { response: 20, user: 36, key: 52 } as const;
const MIC = { offset: 72, length: 16 } as const;

/** Offset of ChallengeFromClient in an NTLMv2_RESPONSE (MS-NLMP 2.2.2.7, 2.2.2.8). */
const CLIENT_CHALLENGE = 16 + 16;

/** Tokens that are too short or too long. */
export const TRUNCATIONS: readonly (readonly [
  id: string,
  title: string,
  change: (token: Uint8Array) => Uint8Array,
])[] = [
  ['empty', 'no bytes', () => new Uint8Array(0)],
  ['one-byte', 'the first byte', (token) => token.subarray(0, 1)],
  ['half', 'the first half', (token) => token.subarray(0, token.length >> 1)],
  ['one-missing', 'all but the last byte', (token) => token.subarray(0, -1)],
  ['one-over', 'all bytes and another one', (token) => Buffer.concat([token, Buffer.alloc(1)])],
  ['twice', 'all bytes, twice', (token) => Buffer.concat([token, token])],
];

/** Bytes that are no token. */
export const GARBAGE: readonly (readonly [id: string, title: string, token: Uint8Array])[] = [
  ['zeros', '64 zeros', new Uint8Array(64)],
  ['bytes', '64 meaningless bytes', meaningless(64)],
  ['longest-zeros', `${MAX_TOKEN} zeros`, new Uint8Array(MAX_TOKEN)],
  ['longest-bytes', `${MAX_TOKEN} meaningless bytes`, meaningless(MAX_TOKEN)],
];

function meaningless(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 0xff);
}

interface Tampering {
  readonly id: string;
  readonly title: string;
  readonly tamper: Tamper;
}

/** Handshakes of NTLM in which one token is altered. The MIC covers all three messages (MS-NLMP 3.1.5.1.2). */
export function* ntlmAlteredTokens(): Generator<Scenario> {
  for (const { id, title, tamper } of tamperings()) {
    yield {
      id: `token/${id}`,
      title,
      call: 'step',
      failsLogon: true,
      expected: expectRefused('MS-NLMP 3.2.5.1.2'),
      prepare: (exchange) => afterCleanHandshake(exchange, {}, tamper),
    };
  }
}

function* tamperings(): Generator<Tampering> {
  for (const message of MESSAGES) {
    yield* truncations(message);
    yield* garbage(message);
    yield* downgrades(message);
    yield* headers(message);
  }
  yield* fields();
}

/** The name in ids. */
function slug(message: NtlmMessage): string {
  return message.toLowerCase();
}

function* truncations(message: NtlmMessage): Generator<Tampering> {
  for (const [id, title, change] of TRUNCATIONS) {
    yield {
      id: `${slug(message)}/cut/${id}`,
      title: `instead of the token with the ${message} message: ${title}`,
      tamper: replaceToken(message, change),
    };
  }
}

function* garbage(message: NtlmMessage): Generator<Tampering> {
  const signature = Buffer.from('NTLMSSP\0', 'latin1');
  for (const [id, title, token] of [
    ...GARBAGE,
    ['signature-alone', 'only the signature of NTLM', signature] as const,
  ]) {
    yield {
      id: `${slug(message)}/garbage/${id}`,
      title: `${title} instead of the ${message} message`,
      tamper: replaceToken(message, () => token),
    };
  }
}

function* downgrades(message: NtlmMessage): Generator<Tampering> {
  for (const [name, bits] of Object.entries(FLAGS)) {
    yield {
      id: `${slug(message)}/downgraded/${name}`,
      title: `${name} is removed from the ${message} message`,
      tamper: changeMessage(message, (ntlm) => {
        const flags = ntlm.readUInt32LE(FLAGS_AT[message]);
        ntlm.writeUInt32LE((flags & ~bits) >>> 0, FLAGS_AT[message]);
      }),
    };
  }
}

function* headers(message: NtlmMessage): Generator<Tampering> {
  yield {
    id: `${slug(message)}/head/signature`,
    title: `the ${message} message has another signature`,
    tamper: changeMessage(message, (ntlm) => ntlm.write('X')),
  };
  for (const type of [0, 1, 2, 3, 4].filter((one) => one !== NTLM_MESSAGES[message])) {
    yield {
      id: `${slug(message)}/head/type-${type}`,
      title: `the ${message} message is of type ${type}`,
      tamper: changeMessage(message, (ntlm) => ntlm.writeUInt32LE(type, 8)),
    };
  }
}

function* fields(): Generator<Tampering> {
  for (const [id, title, message, change] of [
    ['server-challenge', "the server's challenge", 'CHALLENGE', flip(24)],
    ['target-name', 'the target name', 'CHALLENGE', changePayload(12)],
    ['target-info', 'the target information', 'CHALLENGE', changePayload(40, 4)],
    ['mic-first', 'the first bit of the MIC', 'AUTHENTICATE', flip(MIC.offset)],
    ['mic-last', 'the last byte of the MIC', 'AUTHENTICATE', flip(MIC.offset + MIC.length - 1)],
    ['mic-zero', 'the whole MIC', 'AUTHENTICATE', zero(MIC.offset, MIC.length)],
    ['proof', 'the proof', 'AUTHENTICATE', changePayload(FIELDS.response)],
    [
      'client-challenge',
      "the client's challenge",
      'AUTHENTICATE',
      changePayload(FIELDS.response, CLIENT_CHALLENGE),
    ],
    ['user', 'the user name', 'AUTHENTICATE', changePayload(FIELDS.user)],
    ['session-key', 'the encrypted session key', 'AUTHENTICATE', changePayload(FIELDS.key)],
  ] as [string, string, NtlmMessage, (ntlm: Buffer) => void][]) {
    yield {
      id: `${slug(message)}/field/${id}`,
      title: `${title} is altered in the ${message} message`,
      tamper: changeMessage(message, change),
    };
  }
}

function flip(at: number): (ntlm: Buffer) => void {
  return (ntlm) => {
    ntlm[at] = (ntlm[at] ?? 0) ^ 1;
  };
}

function zero(at: number, length: number): (ntlm: Buffer) => void {
  return (ntlm) => {
    ntlm.fill(0, at, at + length);
  };
}
