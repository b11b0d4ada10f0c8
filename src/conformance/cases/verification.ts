import type { KeyType } from '../../tokenbinding/types.js';
import type { Case, Expectation, Group } from '../case.js';
import { type Binding, encodeMessage, listed } from '../compose.js';
import { corpus } from '../corpus.js';

/** RFC 8471 4.2: the message passes. In which order several bindings are listed it leaves open. */
export function accepted(bindings: readonly Binding[]): Expectation {
  const results = bindings.length === 1 ? { results: bindings.map(listed) } : {};
  return { outcome: { verdict: 'accepted', ...results }, clause: 'RFC 8471 4.2' };
}

export function refused(clause: string): Expectation {
  return { outcome: { verdict: 'refused' }, clause };
}

export interface Verification {
  readonly group: Group;
  /** Within its group. */
  readonly id: string;
  readonly title: string;
  readonly message: Uint8Array;
  readonly keyType: KeyType;
  /** The corpus's first one, without another. */
  readonly ekm?: Uint8Array;
  readonly expected?: Expectation | undefined;
}

export function verification({
  group,
  id,
  title,
  message,
  keyType,
  ekm = corpus.ekms[0] as Uint8Array,
  expected,
}: Verification): Case {
  const call = { name: 'verifyMessage', message, keyType, ekm } as const;
  return { id: `${group}/${id}`, group, title, call, ...(expected && { expected }) };
}

/** A case of the group `messages`, of bindings that are encoded as they are. */
export function messageCase(
  id: string,
  title: string,
  bindings: readonly Binding[],
  keyType: KeyType,
  expected?: Expectation,
): Case {
  const message = encodeMessage(bindings);
  return verification({ group: 'messages', id, title, message, keyType, expected });
}

/** A title as a part of an id. */
export function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
