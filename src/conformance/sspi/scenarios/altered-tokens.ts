import { controlled, isRefused, type Scenario } from '../scenario.js';
import type { OnItsWay } from '../stage.js';
import { changing, inPayload, NTLM_MESSAGES, type NtlmMessage, replacing } from '../tokens.js';

const MESSAGES = Object.keys(NTLM_MESSAGES) as NtlmMessage[];

/** Of a token, in bytes. */
const MAX_TOKEN = 65_535;

/** Where NegotiateFlags are (MS-NLMP 2.2.1). */
const FLAGS_AT = { NEGOTIATE: 12, CHALLENGE: 20, AUTHENTICATE: 60 } as const;

/** MS-NLMP 2.2.2.5: what both providers ask for, and what makes a context weaker that lacks it. */
const FLAGS = {
  sign: 0x00000010,
  seal: 0x00000020,
  'sign-and-seal': 0x00000030,
  'extended-session-security': 0x00080000,
  '128-bit': 0x20000000,
  'key-exchange': 0x40000000,
} as const;

/** In an AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3). */
const FIELDS = { response: 20, user: 36, key: 52 } as const;
const MIC = { at: 72, length: 16 } as const;

/** The one byte of a NTProofStr, and one of what it is over: the client's challenge (MS-NLMP 2.2.2.7, .8). */
const CLIENT_CHALLENGE = 16 + 16;

interface Interference {
  readonly id: string;
  readonly title: string;
  readonly onItsWay: OnItsWay;
}

/** Handshakes with one token that is not the one that was sent: the MIC covers all three (MS-NLMP 3.1.5.1.2). */
export function* alteredTokens(): Generator<Scenario> {
  for (const { id, title, onItsWay } of interferences()) {
    yield {
      id: `token/${id}`,
      title,
      call: 'step',
      failsLogon: true,
      expected: isRefused('MS-NLMP 3.2.5.1.2'),
      prepare: (stage) => controlled(stage, {}, onItsWay),
    };
  }
}

function* interferences(): Generator<Interference> {
  for (const message of MESSAGES) {
    yield* cut(message);
    yield* garbage(message);
    yield* downgraded(message);
    yield* heads(message);
  }
  yield* fields();
}

/** In lower case, as ids have it. */
function slug(message: NtlmMessage): string {
  return message.toLowerCase();
}

function* cut(message: NtlmMessage): Generator<Interference> {
  for (const [id, title, change] of [
    ['empty', 'nothing', () => new Uint8Array(0)],
    ['one-byte', 'the first byte', (token) => token.subarray(0, 1)],
    ['half', 'the first half', (token) => token.subarray(0, token.length >> 1)],
    ['one-missing', 'all but the last byte', (token) => token.subarray(0, -1)],
    ['one-over', 'all, and a byte', (token) => Buffer.concat([token, Buffer.alloc(1)])],
    ['twice', 'all, twice', (token) => Buffer.concat([token, token])],
  ] as [string, string, (token: Uint8Array) => Uint8Array][]) {
    yield {
      id: `${slug(message)}/cut/${id}`,
      title: `of the ${message} message comes ${title}`,
      onItsWay: replacing(message, change),
    };
  }
}

function* garbage(message: NtlmMessage): Generator<Interference> {
  const ramp = (length: number) =>
    Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 0xff);
  for (const [id, title, token] of [
    ['zeros', '64 zeros', new Uint8Array(64)],
    ['bytes', '64 bytes of no meaning', ramp(64)],
    ['longest-zeros', `${MAX_TOKEN} zeros`, new Uint8Array(MAX_TOKEN)],
    ['longest-bytes', `${MAX_TOKEN} bytes of no meaning`, ramp(MAX_TOKEN)],
    ['signature-alone', "NTLM's signature alone", Buffer.from('NTLMSSP\0', 'latin1')],
  ] as [string, string, Uint8Array][]) {
    yield {
      id: `${slug(message)}/garbage/${id}`,
      title: `${title} in place of the ${message} message`,
      onItsWay: replacing(message, () => token),
    };
  }
}

function* downgraded(message: NtlmMessage): Generator<Interference> {
  for (const [name, bits] of Object.entries(FLAGS)) {
    yield {
      id: `${slug(message)}/downgraded/${name}`,
      title: `${name} is taken away in the ${message} message`,
      onItsWay: changing(message, (ntlm) => {
        const flags = ntlm.readUInt32LE(FLAGS_AT[message]);
        ntlm.writeUInt32LE((flags & ~bits) >>> 0, FLAGS_AT[message]);
      }),
    };
  }
}

function* heads(message: NtlmMessage): Generator<Interference> {
  yield {
    id: `${slug(message)}/head/signature`,
    title: `the ${message} message has another signature`,
    onItsWay: changing(message, (ntlm) => ntlm.write('X')),
  };
  for (const type of [0, 1, 2, 3, 4].filter((one) => one !== NTLM_MESSAGES[message])) {
    yield {
      id: `${slug(message)}/head/type-${type}`,
      title: `the ${message} message is of type ${type}`,
      onItsWay: changing(message, (ntlm) => ntlm.writeUInt32LE(type, 8)),
    };
  }
}

function* fields(): Generator<Interference> {
  for (const [id, title, message, change] of [
    ['server-challenge', "the server's challenge", 'CHALLENGE', flip(24)],
    ['target-name', 'the name of the target', 'CHALLENGE', inPayload(12)],
    ['target-info', 'the information on the target', 'CHALLENGE', inPayload(40, 4)],
    ['mic-first', 'the first bit of the MIC', 'AUTHENTICATE', flip(MIC.at)],
    ['mic-last', 'the last byte of the MIC', 'AUTHENTICATE', flip(MIC.at + MIC.length - 1)],
    ['mic-zero', 'the MIC, to zeros', 'AUTHENTICATE', zero(MIC.at, MIC.length)],
    ['proof', 'the proof', 'AUTHENTICATE', inPayload(FIELDS.response)],
    [
      'client-challenge',
      "the client's challenge",
      'AUTHENTICATE',
      inPayload(FIELDS.response, CLIENT_CHALLENGE),
    ],
    ['user', 'the name of the user', 'AUTHENTICATE', inPayload(FIELDS.user)],
    ['session-key', 'the encrypted session key', 'AUTHENTICATE', inPayload(FIELDS.key)],
  ] as [string, string, NtlmMessage, (ntlm: Buffer) => void][]) {
    yield {
      id: `${slug(message)}/field/${id}`,
      title: `${title} is altered in the ${message} message`,
      onItsWay: changing(message, change),
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
