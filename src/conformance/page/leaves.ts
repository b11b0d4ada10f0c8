import type { Json, Outcome } from '../outcome.js';
import { pathBelow } from '../value-path.js';

/** A value of an outcome that has no parts. */
export type Leaf = string | number | boolean | null;

/** Deeper than any outcome of ours; a recording may hold anything. */
const MAX_DEPTH = 8;

/** In the order in which a reader asks for them. */
const PARTS = [
  'verdict',
  'results',
  'bytes',
  'keyType',
  'identifier',
  'observations',
  'reason',
] as const;

/** The values of an outcome by their paths, as Comparison has them: `results[1].identifier`. */
export function leavesOf(outcome: Outcome): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  for (const part of PARTS) {
    const value = outcome[part];
    if (value !== undefined) collect(leaves, part, value as Json, MAX_DEPTH);
  }
  // The same number as `hex`, which is how it is written.
  leaves.delete('reason.os.status');
  return leaves;
}

/** The paths of all, each once: part by part, within a part in the order of the first that has it. */
export function pathsOf(all: readonly ReadonlyMap<string, Leaf>[]): string[] {
  const paths = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))];
  const rank = (path: string) => PARTS.findIndex((part) => path.startsWith(part));
  return paths.sort((one, other) => rank(one) - rank(other));
}

function collect(leaves: Map<string, Leaf>, path: string, value: Json, depth: number): void {
  if (value === null || typeof value !== 'object') {
    leaves.set(path, value);
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) leaves.set(path, Array.isArray(value) ? '[]' : '{}');
  else if (depth === 0) leaves.set(path, '…');
  else {
    for (const [name, item] of entries) {
      collect(leaves, pathBelow(path, value, name), item as Json, depth - 1);
    }
  }
}
