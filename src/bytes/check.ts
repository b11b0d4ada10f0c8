import { types } from 'node:util';
import { isGone, isShared, plainView, trueLength } from './plain-view.js';

// Checks of arguments that every module shares: TypeError for the kind, RangeError for the value.

/** The errors made here: Node's own have the same codes. */
const wrongArguments = new WeakSet<object>();

/** Whether an error is one for a wrong argument, and no fault of the code that threw it. */
export function isWrongArgument(error: unknown): error is Error & { readonly code: string } {
  return typeof error === 'object' && error !== null && wrongArguments.has(error);
}

/** The error for an argument of the wrong kind. */
export function wrongKind(name: string, wanted: string): TypeError {
  return marked('ERR_INVALID_ARG_TYPE', new TypeError(`${name} must be ${wanted}`));
}

/** The error for an argument of the right kind with a value that cannot be. */
export function wrongValue(name: string, wanted: string): RangeError {
  return marked('ERR_OUT_OF_RANGE', new RangeError(`${name} must be ${wanted}`));
}

function marked<E extends Error>(code: string, error: E): E {
  wrongArguments.add(error);
  return Object.assign(error, { code });
}

export function checkObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw wrongKind(name, 'an object');
  return value as Record<string, unknown>;
}

/**
 * The options of a call. They are read as own properties alone, each once: what somebody put on
 * Object.prototype decides nothing.
 *
 * @param names of every option there is
 * @returns an object that has each of the names as its own, undefined where the option is absent
 * @throws TypeError for another kind of value, for a name that is no option, and for an option that is
 * inherited and would be overlooked
 */
export function checkOptions<const Name extends string>(
  name: string,
  value: unknown,
  names: readonly Name[],
): Record<Name, unknown> {
  // An array has a key for each of its items.
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    throw wrongKind(name, `an object with ${names.join(', ')}`);
  }
  const options = checkObject(name, value);
  for (const key of Object.keys(options)) {
    if (!(names as readonly string[]).includes(key)) {
      const problem = `${name} has no option ${key}: its options are ${names.join(', ')}`;
      throw marked('ERR_INVALID_ARG_TYPE', new TypeError(problem));
    }
  }
  return readOwnProperties(name, options, names);
}

/**
 * What options are made of: an accessor on Object.prototype would take what is assigned. Objects without any
 * prototype take V8 half as long again.
 */
const BARE: object = Object.freeze(Object.create(null));

/**
 * Own properties of an object that may have others too, each read once.
 *
 * @throws TypeError for one that is inherited and would be overlooked
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
      throw wrongKind(`${name}.${key}`, 'an own property: inherited ones are not read');
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
  const wanted = `one of ${allowed.map((item) => `'${item}'`).join(', ')}`;
  throw typeof value === 'string' ? wrongValue(name, wanted) : wrongKind(name, wanted);
}

/**
 * The bytes of a Uint8Array of any realm, as a plain view. Memory that another thread can change,
 * or that is gone, cannot be checked.
 *
 * @param index of the array in a list called `name`
 */
export function checkBytes(name: string, value: unknown, index?: number): Uint8Array {
  if (!isOwnMemory(value)) throw notBytes(index === undefined ? name : `${name}[${index}]`, value);
  return plainView(value);
}

/** A copy of exactly `length` bytes: what happens to the caller's buffer later changes nothing. */
export function checkBytesOfLength(name: string, value: unknown, length: number): Uint8Array {
  if (!isOwnMemory(value)) throw notBytes(name, value);
  const actual = trueLength(value);
  if (actual !== length) throw wrongValue(name, `exactly ${length} bytes, not ${actual}`);
  return new Uint8Array(value);
}

/** Says what came instead, and nothing of its value. */
function notBytes(name: string, value: unknown): TypeError {
  if (value === undefined) return wrongKind(name, 'a Uint8Array: it is missing');
  if (types.isUint8Array(value)) {
    return wrongKind(name, 'a Uint8Array, not detached and not on a SharedArrayBuffer');
  }
  const kind = typeof value === 'object' ? 'another object' : `a ${typeof value}`;
  return wrongKind(name, `a Uint8Array, not ${value === null ? 'null' : kind}`);
}

function isOwnMemory(value: unknown): value is Uint8Array {
  if (!types.isUint8Array(value)) return false;
  return !isShared(value) && (trueLength(value) > 0 || !isGone(value));
}
