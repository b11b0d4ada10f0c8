import { lengthOf } from './typed-array.js';

/**
 * The memory for copies of the arguments of synchronous calls. All calls share it: a new one for each call costs V8 a
 * microsecond.
 */
const memory = new Uint8Array(65_537);
/** The view of the last call: successive messages often have the same length. */
let view = memory;
let isInUse = false;

/** Runs a synchronous call on a copy of bytes that nobody else can change. The call must not keep the copy. */
export function withCopy<Result>(bytes: Uint8Array, call: (copy: Uint8Array) => Result): Result {
  const copy = acquire(lengthOf(bytes));
  try {
    copy.set(bytes);
    return call(copy);
  } finally {
    release(copy);
  }
}

/** {@link withCopy} for several byte strings. */
export function withCopies<Result>(
  list: readonly Uint8Array[],
  call: (copies: Uint8Array[]) => Result,
): Result {
  const copies = acquire(list.reduce((sum, bytes) => sum + bytes.length, 0));
  try {
    return call(copyInto(copies, list));
  } finally {
    release(copies);
  }
}

function copyInto(target: Uint8Array, list: readonly Uint8Array[]): Uint8Array[] {
  let end = 0;
  return list.map((bytes) => {
    const start = end;
    end += bytes.length;
    target.set(bytes, start);
    return target.subarray(start, end);
  });
}

function acquire(length: number): Uint8Array {
  // The call may run code of the caller, such as a key store, which makes another call.
  if (isInUse || length > memory.length) return new Uint8Array(length);
  isInUse = true;
  if (view.length !== length) view = memory.subarray(0, length);
  return view;
}

function release(copy: Uint8Array): void {
  if (copy === view) isInUse = false;
}
