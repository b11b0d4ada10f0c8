import { type Tamper, tamperWith } from '../support/sspi.js';

/** A change of the tokens of a handshake in transit. */
export interface Interference {
  readonly name: string;
  readonly tamper: Tamper;
}

/** NegotiateFlags of MS-NLMP 2.2.2.5. */
const FLAGS = {
  sign: 0x10,
  seal: 0x20,
  extendedSessionSecurity: 0x80000,
  bits128: 0x20000000,
  keyExchange: 0x40000000,
} as const;

/** The messages of MS-NLMP 2.2.1, with the offset of their flags and of their version's reserved bytes. */
const NEGOTIATE = { name: 'NEGOTIATE', number: 0, flags: 12, reserved: 36 };
const CHALLENGE = { name: 'CHALLENGE', number: 1, flags: 20, reserved: 52 };
const AUTHENTICATE = { name: 'AUTHENTICATE', number: 2, flags: 60, reserved: 68 };
const MESSAGES = [NEGOTIATE, CHALLENGE, AUTHENTICATE];
const MIC = { offset: 72, length: 16 };

/** Each NTLM message altered in an unused byte, which only the MIC covers. */
export const UNDER_THE_MIC: readonly Interference[] = [
  ...MESSAGES.map(({ name, number, reserved }) =>
    at(`${name} altered`, number, (message) => flip(message, reserved)),
  ),
  at('the MIC altered', AUTHENTICATE.number, (message) => flip(message, MIC.offset)),
  at('the MIC zeroed', AUTHENTICATE.number, (message) =>
    message.fill(0, MIC.offset, MIC.offset + MIC.length),
  ),
];

/** The proof of the password covers the flag that says whether there is a MIC. */
export const MIC_TAKEN_OUT: Interference = at(
  'the MIC zeroed and its flag cleared',
  AUTHENTICATE.number,
  (message) => {
    message.fill(0, MIC.offset, MIC.offset + MIC.length);
    message.writeUInt32LE(0, micFlags(message));
  },
);

/** A name of the server, which the client returns under its proof (MS-NLMP 2.2.1.2, TargetInfo). */
export const NAME_ALTERED: Interference = at(
  "the server's name altered",
  CHALLENGE.number,
  (message) => flip(message, message.readUInt32LE(44) + 4),
);

/** Each flag removed from one message, and from all. */
export const DOWNGRADES: readonly Interference[] = [
  ...without('sign', FLAGS.sign),
  ...without('seal', FLAGS.seal),
  ...without('extended session security', FLAGS.extendedSessionSecurity),
  ...without('128 bit', FLAGS.bits128),
];

/** Not for gss-ntlmssp, which crashes on a session key without the flag of the exchange. */
export const WITHOUT_KEY_EXCHANGE: readonly Interference[] = without(
  'key exchange',
  FLAGS.keyExchange,
);

function without(what: string, flag: number): Interference[] {
  return [
    ...MESSAGES.map(({ name, number, flags }) =>
      at(`${what} removed from ${name}`, number, (message) => clear(message, flags, flag)),
    ),
    {
      name: `${what} removed from every message`,
      tamper: (token, number) =>
        within(token, (message) => clear(message, MESSAGES[number]?.flags, flag)),
    },
  ];
}

function at(name: string, place: number, change: (message: Buffer) => void): Interference {
  return { name, tamper: tamperWith(place, (token) => within(token, change)) };
}

/** A copy of a token in which the NTLM message is changed, within SPNEGO's wrapping or without. */
function within(token: Uint8Array, change: (message: Buffer) => void): Uint8Array {
  const copy = Buffer.from(token);
  const start = copy.indexOf('NTLMSSP\0');
  if (start >= 0) change(copy.subarray(start));
  return copy;
}

function flip(message: Buffer, offset: number): void {
  message.writeUInt8(message.readUInt8(offset) ^ 1, offset);
}

function clear(message: Buffer, offset: number | undefined, flag: number): void {
  if (offset !== undefined) {
    message.writeUInt32LE((message.readUInt32LE(offset) & ~flag) >>> 0, offset);
  }
}

/** Where the value of MsvAvFlags is in an AUTHENTICATE message: MS-NLMP 2.2.1.3, 2.2.2.7 and 2.2.2.1. */
function micFlags(message: Buffer): number {
  const MSV_AV_FLAGS = 6;
  const response = message.readUInt32LE(24);
  let pair = response + 16 + 28;
  while (message.readUInt16LE(pair) !== MSV_AV_FLAGS) {
    pair += 4 + message.readUInt16LE(pair + 2);
  }
  return pair + 4;
}
