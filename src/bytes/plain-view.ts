type Getter<T> = (this: Uint8Array) => T;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const getBuffer = getter<ArrayBufferLike>('buffer');
const getByteOffset = getter<number>('byteOffset');
const getLength = getter<number>('length');
const getBufferLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')
  ?.get as (this: ArrayBufferLike) => number;

// A subclass, or properties put on an array itself, have no say in what is checked and what is read.

/** The length that memory accesses go by. */
export function trueLength(bytes: Uint8Array): number {
  return getLength.call(bytes);
}

/** Whether another thread may change the bytes: they are on a SharedArrayBuffer. */
export function isShared(bytes: Uint8Array): boolean {
  try {
    getBufferLength.call(getBuffer.call(bytes));
    return false;
  } catch {
    return true;
  }
}

/** Whether the buffer is detached, or has shrunk so that the view lies outside of it. */
export function isGone(bytes: Uint8Array): boolean {
  try {
    Uint8Array.prototype.keys.call(bytes);
    return false;
  } catch {
    return true;
  }
}

/** A view on the same bytes that is nothing but a Uint8Array. */
export function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(getBuffer.call(bytes), getByteOffset.call(bytes), getLength.call(bytes));
}

function getter<T>(name: string): Getter<T> {
  return Object.getOwnPropertyDescriptor(typedArray, name)?.get as Getter<T>;
}
