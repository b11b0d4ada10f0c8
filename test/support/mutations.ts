import fc from 'fast-check';

/** Positions, modulo the length, and their new bytes. */
export type Edits = readonly (readonly [position: number, value: number])[];

export function edits(minLength: number, maxLength: number): fc.Arbitrary<Edits> {
  return fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength, maxLength });
}

/** A copy with these edits. */
export function edited(bytes: Uint8Array, changes: Edits): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (const [position, value] of changes) copy[position % copy.length] = value;
  return copy;
}

/** One of these with up to six bytes changed, and possibly truncated. */
export function mutated(originals: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const mutation = fc.record({
    original: fc.constantFrom(...originals),
    changes: edits(0, 6),
    cut: fc.option(fc.nat()),
  });
  return mutation.map(({ original, changes, cut }) => {
    const copy = edited(original, changes);
    return cut === null ? copy : copy.subarray(0, cut % copy.length);
  });
}
