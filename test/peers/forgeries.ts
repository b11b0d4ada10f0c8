import { randomBytes } from 'node:crypto';
import { flipped } from '../support/sspi.js';
import type { Sealed, Side } from './side.js';

/** One direction of an established context. */
export interface Link {
  readonly sender: Side;
  readonly receiver: Side;
}

/** The fault of a forged message. */
export type Fault = 'altered' | 'out of sequence' | 'malformed';

/** A forgery that the receiver must reject, and a genuine message that it must accept afterwards. */
export interface Forgery {
  readonly fault: Fault;
  readonly attempt: () => Promise<unknown>;
  readonly good: () => Promise<unknown>;
}

export interface Attack {
  readonly name: string;
  readonly forge: (link: Link) => Promise<Forgery>;
}

const SIGNATURE_BITS = 128;
const SEQUENCE_BITS = 96;
const MESSAGE = Buffer.from('pay 10 to Bob');

export const ATTACKS: readonly Attack[] = [
  ...Array.from({ length: SIGNATURE_BITS }, (_, bit) => [
    signed(`bit ${bit} of a signature flipped`, (message, signature) => [
      message,
      flipped(signature, bit),
      faultOf(bit),
    ]),
    sealed(`bit ${bit} of a trailer flipped`, ({ trailer, data }) => [
      { trailer: flipped(trailer, bit), data },
      faultOf(bit),
    ]),
  ]).flat(),
  signed('the first bit of a signed message flipped', (message, signature) => [
    flipped(message, 0),
    signature,
  ]),
  signed('the last bit of a signed message flipped', (message, signature) => [
    flipped(message, 8 * message.length - 1),
    signature,
  ]),
  signed('a signed message without its last byte', (message, signature) => [
    message.subarray(0, -1),
    signature,
  ]),
  signed('a signed message with one byte more', (message, signature) => [
    resized(message, message.length + 1),
    signature,
  ]),
  signed('a random signature', (message) => [message, forgedSignature()]),
  sealed('the first bit of a ciphertext flipped', ({ trailer, data }) => [
    { trailer, data: flipped(data, 0) },
  ]),
  sealed('the last bit of a ciphertext flipped', ({ trailer, data }) => [
    { trailer, data: flipped(data, 8 * data.length - 1) },
  ]),
  sealed('a ciphertext without its last byte', ({ trailer, data }) => [
    { trailer, data: data.subarray(0, -1) },
  ]),
  sealed('a ciphertext with one byte more', ({ trailer, data }) => [
    { trailer, data: resized(data, data.length + 1) },
  ]),
  ...ordered('signed', async (sender, receiver) => {
    const signature = await sender.sign(MESSAGE);
    return () => receiver.verify(MESSAGE, signature);
  }),
  ...ordered('sealed', async (sender, receiver) => {
    const sent = await sender.seal(MESSAGE);
    return () => receiver.unseal(sent);
  }),
];

/** Not for gss-ntlmssp, which reads 16 bytes of a signature of any length. */
export const WRONG_LENGTHS: readonly Attack[] = [0, 15, 17, 32].flatMap((length) => [
  signed(`a signature of ${length} bytes`, (message, signature) => [
    message,
    resized(signature, length),
    'malformed',
  ]),
  sealed(`a trailer of ${length} bytes`, ({ trailer, data }) => [
    { trailer: resized(trailer, length), data },
    'malformed',
  ]),
]);

/** Sends a message, and returns the function that delivers it. */
type Send = (sender: Side, receiver: Side) => Promise<() => Promise<unknown>>;

/** Attacks with unaltered messages. */
function ordered(kind: string, send: Send): Attack[] {
  return [
    {
      name: `a replayed ${kind} message`,
      forge: async ({ sender, receiver }) => {
        const deliver = await send(sender, receiver);
        await deliver();
        const good = await send(sender, receiver);
        return { fault: 'out of sequence', attempt: deliver, good };
      },
    },
    {
      name: `a reordered ${kind} message`,
      forge: async ({ sender, receiver }) => {
        const first = await send(sender, receiver);
        const second = await send(sender, receiver);
        const good = async () => {
          await first();
          await second();
        };
        return { fault: 'out of sequence', attempt: second, good };
      },
    },
    {
      name: `a reflected ${kind} message`,
      forge: async ({ sender, receiver }) => {
        const attempt = await send(receiver, receiver);
        return { fault: 'altered', attempt, good: await send(sender, receiver) };
      },
    },
  ];
}

type Verification = readonly [message: Uint8Array, signature: Uint8Array, fault?: Fault];

/** An attack on a signed message. The message itself is the genuine one. */
function signed(
  name: string,
  alter: (message: Uint8Array, signature: Uint8Array) => Verification,
): Attack {
  const forge = async ({ sender, receiver }: Link): Promise<Forgery> => {
    const signature = await sender.sign(MESSAGE);
    const [alteredMessage, alteredSignature, fault = 'altered'] = alter(MESSAGE, signature);
    return {
      fault,
      attempt: () => receiver.verify(alteredMessage, alteredSignature),
      good: () => receiver.verify(MESSAGE, signature),
    };
  };
  return { name, forge };
}

/** An attack on a sealed message. The message itself is the genuine one. */
function sealed(name: string, alter: (sent: Sealed) => readonly [Sealed, Fault?]): Attack {
  const forge = async ({ sender, receiver }: Link): Promise<Forgery> => {
    const sent = await sender.seal(MESSAGE);
    const [altered, fault = 'altered'] = alter(sent);
    return {
      fault,
      attempt: () => receiver.unseal(altered),
      good: () => receiver.unseal(sent),
    };
  };
  return { name, forge };
}

/** MS-NLMP 2.2.2.9.2: version, checksum and, in the last four bytes, the sequence number. */
function faultOf(bit: number): Fault {
  return bit >= SEQUENCE_BITS ? 'out of sequence' : 'altered';
}

function forgedSignature(): Uint8Array {
  return Buffer.concat([Buffer.from('01000000', 'hex'), randomBytes(8), Buffer.alloc(4)]);
}

function resized(bytes: Uint8Array, length: number): Uint8Array {
  const copy = Buffer.alloc(length);
  copy.set(bytes.subarray(0, length));
  return copy;
}
