import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
const LONGEST = 64;

/**
 * Counts byte strings in the writable memory of this process.
 *
 * @param inverted each of them, so that the search does not find its own input
 */
export function countInMemory(inverted: readonly Buffer[]): number[] {
  const found = inverted.map(() => 0);
  const chunk = Buffer.alloc(CHUNK + LONGEST);
  const memory = openSync('/proc/self/mem', 'r');
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    for (let start = Number.parseInt(from, 16); start < Number.parseInt(to, 16); start += CHUNK) {
      const size = Math.min(CHUNK + LONGEST, Number.parseInt(to, 16) - start);
      let read = 0;
      // The chunk is in this memory, too: the inverted bytes that it had before are secrets.
      chunk.fill(0);
      try {
        read = readSync(memory, chunk, 0, size, start);
      } catch {
        // The memory is reserved and not committed.
        continue;
      }
      for (let at = 0; at < read; at++) chunk[at] = (chunk[at] as number) ^ 0xff;
      for (const [index, bytes] of inverted.entries()) {
        const region = chunk.subarray(0, Math.min(read, CHUNK + bytes.length - 1));
        for (let at = region.indexOf(bytes); at !== -1; at = region.indexOf(bytes, at + 1)) {
          found[index] = (found[index] as number) + 1;
        }
      }
    }
  }
  chunk.fill(0);
  closeSync(memory);
  return found;
}
