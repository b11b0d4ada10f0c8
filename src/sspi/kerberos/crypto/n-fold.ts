/**
 * n-fold (RFC 3961 5.1): stretches or shrinks the input to `length` bytes. Copies of the input, each rotated 13 bits
 * further to the right, are cut into pieces of `length` bytes, and the pieces are added with end-around carry.
 */
export function nFold(input: Uint8Array, length: number): Uint8Array {
  const sum = new Uint8Array(length);
  let carry = 0;
  for (let index = leastCommonMultiple(input.length, length) - 1; index >= 0; index--) {
    const place = index % length;
    carry += rotatedByte(input, index) + (sum[place] as number);
    sum[place] = carry;
    carry >>>= 8;
  }
  for (let place = length - 1; carry > 0; place = (place + length - 1) % length) {
    carry += sum[place] as number;
    sum[place] = carry;
    carry >>>= 8;
  }
  return sum;
}

/** The byte at `index` of the row of rotated copies. */
function rotatedByte(input: Uint8Array, index: number): number {
  const bits = 8 * input.length;
  const copy = Math.floor(index / input.length);
  const rotation = (13 * copy) % bits;
  const start = (8 * (index % input.length) + bits - rotation) % bits;
  const first = start >>> 3;
  const high = input[first] as number;
  const low = input[(first + 1) % input.length] as number;
  return (((high << 8) | low) >>> (8 - (start & 7))) & 0xff;
}

function leastCommonMultiple(a: number, b: number): number {
  let [greater, rest] = [a, b];
  while (rest > 0) [greater, rest] = [rest, greater % rest];
  return (a / greater) * b;
}
