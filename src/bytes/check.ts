import { types } from 'node:util';
import { isDetached, isShared, lengthOf, plainView } from './typed-array.js';

// Checks of arguments, for every module: TypeError for a wrong type, RangeError for a wrong value.

/** The errors that this module made. Node's own errors have the same codes. */
const argumentErrors = new WeakSet<object>();

/** Whether an error is for a wrong argument of a caller: only those made here are. */
export function isWrongArgument(error: unknown): error is Error & { readonly code: string } {
  return typeof error === 'object' && error !== null && argumentErrors.has(error);
}

/** The error for an argument of the wrong type. */
export function invalidArgType(name: string, wanted: string): TypeError {
  return withCode('ERR_INVALID_ARG_TYPE', new TypeError(`${name} must be ${wanted}`));
}

/** The error for an argument of the right type with a value that is not allowed. */
export function outOfRange(name: string, wanted: string): RangeError {
  return withCode('ERR_OUT_OF_RANGE', new RangeError(`${name} must be ${wanted}`));
}

function withCode<E extends Error>(code: string, error: E): E {
  argumentErrors.add(error);
  return Object.assign(error, { code });
}

export function checkObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalidArgType(name, 'an object');
  return value as Record<string, unknown>;
}

/**
 * Reads the options of a call, each once and only as an own property, so that a property of Object.prototype has
 * no effect.
 *
 * @param names every option of the call
 * @returns an object with each name as an own property, undefined where the option is absent
 * @throws TypeError for a value of another type, for an unknown option, and for an inherited option, which would
 * otherwise be ignored
 */
export function checkOptions<const Name extends string>(
  name: string,
  value: unknown,
  names: readonly Name[],
): Record<Name, unknown> {
  // An array has a key for each of its items.
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    throw invalidArgType(name, `an object with ${names.join(', ')}`);
  }
  const options = checkObject(name, value);
  // Object.keys() would make an array.
  for (const key in options) {
    if (!(names as readonly string[]).includes(key) && Object.hasOwn(options, key)) {
      const problem = `${name} has no option ${key}: its options are ${names.join(', ')}`;
      throw withCode('ERR_INVALID_ARG_TYPE', new TypeError(problem));
    }
  }
  return readOwnProperties(name, options, names);
}

/**
 * The prototype of the objects that hold options. With Object.prototype, an accessor there would intercept each
 * assignment; without any prototype, V8 needs half as long again.
 */
const BARE: object = Object.freeze(Object.create(null));

/**
 * Reads own properties of an object, each once. The object may have others.
 *
 * @throws TypeError for an inherited property, which would otherwise be ignored
 */
export function readOwnProperties<const Name extends string>(
  name: string,
  object: object,
  names: readonly Name[],
): Record<Name, unknown> {
  const own = Object.create(BARE) as Record<Name, unknown>;
  for (const key of names) own[key] = readOwnProperty(name, object, key);
  return own;
}

/** @throws TypeError where the property is inherited from anything but Object.prototype */
function readOwnProperty(name: string, object: object, key: string): unknown {
  if (Object.hasOwn(object, key)) return (object as Record<string, unknown>)[key];
  let prototype: unknown = Object.getPrototypeOf(object);
  while (prototype !== null && prototype !== Object.prototype) {
    if (Object.hasOwn(prototype as object, key)) {
      throw invalidArgType(`${name}.${key}`, 'an own property: inherited ones are not read');
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

export function checkOneOf<const T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
): T {
  if ((allowed as readonly unknown[]).includes(value)) return value as T;
  if (typeof value !== 'string') throw invalidArgType(name, `one of ${quote(allowed)}`);
  throw outOfRange(name, oneOf(allowed, value));
}

/** @returns a copy */
export function checkList<const T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
): T[] {
  if (!Array.isArray(value)) throw invalidArgType(name, `an array with some of ${quote(allowed)}`);
  // Not push(), which an accessor of Object.prototype could intercept.
  const list: unknown[] = [...value];
  for (let index = 0; index < list.length; index++) {
    // Texts for an error are made only if there is one.
    const isAllowed = (allowed as readonly unknown[]).includes(list[index]);
    if (!isAllowed) checkOneOf(`${name}[${index}]`, list[index], allowed);
  }
  return list as T[];
}

/** What an error says is allowed, and which name was given instead. */
export function oneOf(allowed: readonly string[], given: string): string {
  const wanted = `one of ${quote(allowed)}`;
  return isShortName(given) ? `${wanted}, not '${given}'` : wanted;
}

function quote(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

/** Other texts are not repeated in an error. An NT hash in hex, a secret in the wrong place, has 32 characters. */
function isShortName(text: string): boolean {
  return /^[\w .+-]{1,31}$/.test(text);
}

/**
 * A plain view of a Uint8Array of any realm. Rejects detached memory, and shared memory, which another thread
 * could change between the check and the use.
 *
 * @param index position of the array, if `name` is a list
 */
export function checkBytes(name: string, value: unknown, index?: number): Uint8Array {
  if (!isUsableBytes(value))
    throw invalidBytes(index === undefined ? name : `${name}[${index}]`, value);
  return plainView(value);
}

/**
 * {@link checkBytes} for bytes of which a copy is made: saves the view. Only lengthOf() may look at them before, because
 * a subclass or an own property could answer differently from the memory.
 */
export function checkBytesToCopy(name: string, value: unknown): Uint8Array {
  if (!isUsableBytes(value)) throw invalidBytes(name, value);
  return value;
}

/** A copy of the bytes, which the caller cannot change later; undefined if there are more than `most`. */
export function copyAtMost(name: string, value: unknown, most: number): Uint8Array | undefined {
  if (!isUsableBytes(value)) throw invalidBytes(name, value);
  return lengthOf(value) > most ? undefined : new Uint8Array(value);
}

/** A copy of exactly `length` bytes, which the caller cannot change later. */
export function checkBytesOfLength(name: string, value: unknown, length: number): Uint8Array {
  if (!isUsableBytes(value)) throw invalidBytes(name, value);
  const actual = lengthOf(value);
  if (actual !== length) throw outOfRange(name, `exactly ${length} bytes, not ${actual}`);
  return new Uint8Array(value);
}

/** The error names the type of the value and leaves out the value, which may be a secret. */
function invalidBytes(name: string, value: unknown): TypeError {
  if (value === undefined) return invalidArgType(name, 'a Uint8Array: it is missing');
  if (types.isUint8Array(value)) {
    return invalidArgType(name, 'a Uint8Array, not detached and not on a SharedArrayBuffer');
  }
  if (types.isPromise(value)) return invalidArgType(name, 'a Uint8Array, not a Promise: await it');
  const kind = typeof value === 'object' ? 'another object' : `a ${typeof value}`;
  return invalidArgType(name, `a Uint8Array, not ${value === null ? 'null' : kind}`);
}

function isUsableBytes(value: unknown): value is Uint8Array {
  if (!types.isUint8Array(value)) return false;
  return !isShared(value) && (lengthOf(value) > 0 || !isDetached(value));
}
