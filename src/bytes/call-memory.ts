/**
 * One memory for the copies of the arguments of synchronous calls: to make one for each call costs V8 a
 * microsecond.
 */
const memory = new Uint8Array(65_537);
let isLent = false;

/** Runs a synchronous call on a copy of bytes, which nobody else can change. The call keeps none of it. */
export function withCopy<Result>(bytes: Uint8Array, call: (copy: Uint8Array) => Result): Result {
  const copy = lend(bytes.length);
  try {
    copy.set(bytes);
    return call(copy);
  } finally {
    takeBack(copy);
  }
}

/** {@link withCopy} of several byte strings. */
export function withCopies<Result>(
  list: readonly Uint8Array[],
  call: (copies: Uint8Array[]) => Result,
): Result {
  const copies = lend(list.reduce((sum, bytes) => sum + bytes.length, 0));
  try {
    return call(copyInto(copies, list));
  } finally {
    takeBack(copies);
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

function lend(length: number): Uint8Array {
  // Code of the caller may run inside a call, such as a key store's, and make another one.
  if (isLent || length > memory.length) return new Uint8Array(length);
  isLent = true;
  return memory.subarray(0, length);
}

function takeBack(copy: Uint8Array): void {
  if (copy.buffer === memory.buffer) isLent = false;
}
