import {
  checkBytes,
  checkOneOf,
  checkOptions,
  copyAtMost,
  invalidArgType,
  outOfRange,
} from '../bytes/check.js';
import { MAX_TOKEN } from './arguments.js';
import { invalidToken } from './failure.js';
import type { BufferFlag } from './message-types.js';
import type { MessageBuffer, SealedInput, Sealing } from './provider.js';

// Arguments of the message calls. Messages are not copied: the providers read each of their bytes once.

/** The longest message in bytes: with its protection it fits a ULONG of Windows and a buffer of every Node. */
const MAX_MESSAGE = 0x7fc00000;

const BUFFER_FLAGS: readonly BufferFlag[] = ['read-only', 'read-only-with-checksum'];
const ENCRYPTED: Sealing = { encrypt: true, sequence: 0 };
const NOTHING = new Uint8Array(0);

/**
 * @param isDatagram whether the caller numbers the messages
 * @returns the number of the message; 0 on a connection
 */
export function checkSequence(options: unknown, isDatagram: boolean): number {
  if (options === undefined) return sequenceOf(undefined, isDatagram);
  return sequenceOf(checkOptions('options', options, ['sequence']).sequence, isDatagram);
}

/** @param isDatagram whether the caller numbers the messages */
export function checkSealing(options: unknown, isDatagram: boolean): Sealing {
  if (options === undefined) {
    return isDatagram ? { encrypt: true, sequence: sequenceOf(undefined, true) } : ENCRYPTED;
  }
  const checked = checkOptions('options', options, ['sequence', 'encrypt']);
  const { encrypt = true } = checked;
  if (typeof encrypt !== 'boolean') throw invalidArgType('options.encrypt', 'a boolean');
  return { encrypt, sequence: sequenceOf(checked.sequence, isDatagram) };
}

function sequenceOf(value: unknown, isDatagram: boolean): number {
  const name = 'options.sequence';
  if (!isDatagram) {
    if (value === undefined) return 0;
    throw outOfRange(name, 'absent: a connection counts its messages itself');
  }
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw outOfRange(name, 'a whole number from 0 to 4294967295');
  }
  return value;
}

export function checkMessage(name: string, value: unknown): [MessageBuffer] {
  const bytes = checkBytes(name, value);
  if (bytes.length > MAX_MESSAGE) throw outOfRange(name, `at most ${MAX_MESSAGE} bytes`);
  return [{ bytes, flag: undefined }];
}

/**
 * Checks a signature, a trailer or a padding.
 *
 * @returns a copy
 * @throws SspiError SEC_E_INVALID_TOKEN if it is longer than any can be
 */
export function checkSignature(name: string, value: unknown): Uint8Array {
  const copy = copyAtMost(name, value, MAX_TOKEN);
  if (copy === undefined) throw invalidToken(`${name} has more than ${MAX_TOKEN} bytes`);
  return copy;
}

export function checkBuffers(name: string, value: unknown): MessageBuffer[] {
  if (!Array.isArray(value)) throw invalidArgType(name, 'an array of buffers');
  // All properties are read first: a getter of one buffer could change another after its check.
  const items = Array.from(value, (item, index) => {
    return checkOptions(`${name}[${index}]`, item, ['data', 'flag']);
  });
  let length = 0;
  const buffers = items.map(({ data, flag }, index) => {
    const bytes = checkBytes(`${name}[${index}].data`, data);
    length += bytes.length;
    const checked =
      flag === undefined ? flag : checkOneOf(`${name}[${index}].flag`, flag, BUFFER_FLAGS);
    return { bytes, flag: checked };
  });
  if (length > MAX_MESSAGE) throw outOfRange(name, `at most ${MAX_MESSAGE} bytes together`);
  return buffers;
}

// A call reads the properties of a sealed message, then its options, and then checks both: no getter runs after a
// check.

type SealedProperties<Content extends string> = Record<'trailer' | Content | 'padding', unknown>;

export function readSealed(value: unknown): SealedProperties<'data'> {
  return checkOptions('sealed', value, ['trailer', 'data', 'padding']);
}

export function readSealedBuffers(value: unknown): SealedProperties<'buffers'> {
  return checkOptions('sealed', value, ['trailer', 'buffers', 'padding']);
}

export function checkSealed({ trailer, data, padding }: SealedProperties<'data'>): SealedInput {
  return sealedInput(trailer, checkMessage('sealed.data', data), padding);
}

export function checkSealedBuffers({
  trailer,
  buffers,
  padding,
}: SealedProperties<'buffers'>): SealedInput {
  return sealedInput(trailer, checkBuffers('sealed.buffers', buffers), padding);
}

function sealedInput(
  trailer: unknown,
  buffers: readonly MessageBuffer[],
  padding: unknown,
): SealedInput {
  return {
    trailer: checkSignature('sealed.trailer', trailer),
    buffers,
    padding: padding === undefined ? NOTHING : checkSignature('sealed.padding', padding),
  };
}
