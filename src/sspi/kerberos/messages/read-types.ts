import {
  applicationTag,
  contextTag,
  type Range,
  readBytes,
  readElement,
  readInteger,
  readOptional,
  TAG,
} from '../../../bytes/read-der.js';
import type { Field, Reader } from '../../../bytes/reader.js';
import { tokenReader } from '../../token-reader.js';
import { parseTime } from './time.js';

// The basic types of RFC 4120 5.2. The caller names the field, so the types have no names of their own.

/** Int32 (RFC 4120 5.2.4), and UInt32 with the negative numbers that {@link readUInt32} accepts. */
const INT32: Range = { least: -(2 ** 31), most: 2 ** 31 - 1 };
const UINT32: Range = { least: INT32.least, most: 2 ** 32 - 1 };
const MICROSECONDS: Range = { least: 0, most: 999_999 };

/**
 * Decodes bytes that are one message or one encrypted part, and nothing after it.
 *
 * @param name of the type in RFC 4120
 * @param applications the numbers of the [APPLICATION] tags that are accepted
 * @throws SspiError SEC_E_INVALID_TOKEN
 */
export function decodeMessage<T>(
  bytes: Uint8Array,
  name: string,
  applications: readonly number[],
  readFields: (fields: Reader) => T,
  onField?: (field: Field) => void,
): T {
  const reader = tokenReader(bytes, onField);
  const found = applications.find((accepted) => applicationTag(accepted) === reader.peek());
  const message = readApplication(reader, name, found ?? (applications[0] as number), readFields);
  reader.finish(name);
  return message;
}

/** Decodes bytes that are one value without an [APPLICATION] tag. @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeValue<T>(
  bytes: Uint8Array,
  name: string,
  read: (reader: Reader) => T,
  onField?: (field: Field) => void,
): T {
  const reader = tokenReader(bytes, onField);
  const value = reader.group(name, read);
  reader.finish(name);
  return value;
}

/** Reads the field with the tag [number]. `read` gets the `argument`, which saves a closure. */
export function readField<A, T>(
  reader: Reader,
  name: string,
  number: number,
  read: (reader: Reader, argument: A) => T,
  argument?: A,
): T {
  return readElement(reader, name, contextTag(number), read, argument);
}

/** Reads the OPTIONAL field with the tag [number]; undefined if it is absent. */
export function readOptionalField<T>(
  reader: Reader,
  name: string,
  number: number,
  read: (reader: Reader) => T,
): T | undefined {
  return readOptional(reader, name, contextTag(number), read);
}

/** Reads a SEQUENCE with an [APPLICATION] tag around it. */
export function readApplication<T>(
  reader: Reader,
  name: string,
  number: number,
  readFields: (fields: Reader) => T,
): T {
  const tag = applicationTag(number);
  return readElement<typeof readFields, T>(reader, name, tag, readSequence, readFields);
}

export function readSequence<T>(reader: Reader, readFields: (fields: Reader) => T): T {
  return readElement(reader, '', TAG.sequence, readFields);
}

/** Reads pvno and msg-type (RFC 4120 5.4.1): the fields with this tag and the next. */
export function readHeader(reader: Reader, number: number, messageType: number): void {
  readField(reader, 'pvno', number, readVersion);
  readField(reader, 'msg-type', number + 1, readExactly, messageType);
}

/** The version of Kerberos, 5. */
export function readVersion(reader: Reader): number {
  return readExactly(reader, 5);
}

function readExactly(reader: Reader, value: number): number {
  return readInteger(reader, '', { least: value, most: value });
}

export function readInt32(reader: Reader): number {
  return readInteger(reader, '', INT32);
}

/**
 * UInt32. A negative number stands for the upper half: Windows and MIT Kerberos send the kvno of a read-only domain
 * controller in this form, and older implementations nonces and sequence numbers.
 */
export function readUInt32(reader: Reader): number {
  return readInteger(reader, '', UINT32) >>> 0;
}

export function readMicroseconds(reader: Reader): number {
  return readInteger(reader, '', MICROSECONDS);
}

export function readOctetString(reader: Reader): Uint8Array {
  return readBytes(reader, '', TAG.octetString);
}

/** The bytes of a KerberosString as they come. */
export function readStringBytes(reader: Reader): Uint8Array {
  return readBytes(reader, '', TAG.generalString);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * KerberosString (RFC 4120 5.2.1). Implementations send UTF-8 in it. Other bytes are rejected: a replacement
 * character could make two names equal.
 */
export function readKerberosString(reader: Reader): string {
  return readElement(reader, '', TAG.generalString, readText);
}

function readText(element: Reader): string {
  const start = element.offset;
  const bytes = element.rest('value');
  try {
    return UTF8.decode(bytes);
  } catch {
    return element.fail('value', start, 'is not UTF-8');
  }
}

/** KerberosTime (RFC 4120 5.2.3) in seconds since 1970. */
export function readKerberosTime(reader: Reader): number {
  return readElement(reader, '', TAG.generalizedTime, readTime);
}

function readTime(element: Reader): number {
  const start = element.offset;
  const time = parseTime(element.rest('value'));
  if (time !== undefined) return time;
  return element.fail('value', start, 'is not a time of the form YYYYMMDDhhmmssZ');
}

/**
 * KerberosFlags (RFC 4120 5.2.8): the first 32 bits as a number, bit 0 the highest. Missing bits are zero, because
 * some implementations leave zeros out at the end; further bits are ignored.
 */
export function readKerberosFlags(reader: Reader): number {
  return readElement(reader, '', TAG.bitString, readBits);
}

function readBits(element: Reader): number {
  const start = element.offset;
  const unused = element.uint8('unused');
  const bytes = element.rest('bits');
  if (unused > (bytes.length === 0 ? 0 : 7)) element.fail('unused', start, `is ${unused}`);
  let flags = 0;
  for (let index = 0; index < 4; index++) flags = flags * 0x100 + (bytes[index] ?? 0);
  return flags;
}
