import assert from 'node:assert/strict';
import { inspect } from 'node:util';

/** The forms in which a program could reveal bytes. */
function formsOf(secret: Uint8Array): string[] {
  const bytes = Buffer.from(secret);
  return [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    bytes.toString('hex').replace(/..(?!$)/g, '$& '),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    [...bytes].join(','),
    JSON.stringify(new Uint8Array(bytes)).slice(1, -1),
    [...bytes].join(', '),
  ];
}

/** Everything that a value shows: as text, in inspect and JSON, and for an error its stack and causes. */
function shown(thing: unknown): string {
  const parts = [
    String(thing),
    inspect(thing, { depth: 9, showHidden: true, maxArrayLength: null }),
  ];
  parts.push(JSON.stringify(thing) ?? '');
  if (thing instanceof Error) parts.push(thing.stack ?? '', shown(thing.cause));
  return parts.join('\n').toLowerCase();
}

/** Asserts that `thing` reveals none of these byte strings in any form or case. */
export function assertHidden(thing: unknown, secrets: readonly Uint8Array[]): void {
  const text = shown(thing);
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      assert.ok(!text.includes(form.toLowerCase()), `found ${form} in:\n${text}`);
    }
  }
}
