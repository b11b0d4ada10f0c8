type Getter<T> = (this: Uint8Array) => T;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const getBuffer = getter<ArrayBufferLike>('buffer');
const getByteOffset = getter<number>('byteOffset');
const getLength = getter<number>('length');
const getBufferLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')
  ?.get as (this: ArrayBufferLike) => number;

// The getters of %TypedArray%.prototype itself: a subclass or an own property could answer differently from the
// memory that is read.

/** The number of bytes that the array really has. */
export function lengthOf(bytes: Uint8Array): number {
  return getLength.call(bytes);
}

/** Whether the bytes are on a SharedArrayBuffer, where another thread can change them. */
export function isShared(bytes: Uint8Array): boolean {
  try {
    getBufferLength.call(getBuffer.call(bytes));
    return false;
  } catch {
    return true;
  }
}

/** Whether the buffer is detached, or was resized so that the view lies outside it. */
export function isDetached(bytes: Uint8Array): boolean {
  try {
    Uint8Array.prototype.keys.call(bytes);
    return false;
  } catch {
    return true;
  }
}

/** A view of the same bytes whose class is Uint8Array itself. */
export function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(getBuffer.call(bytes), getByteOffset.call(bytes), getLength.call(bytes));
}

function getter<T>(name: string): Getter<T> {
  return Object.getOwnPropertyDescriptor(typedArray, name)?.get as Getter<T>;
}
