import { randomBytes } from 'node:crypto';
import type { RawAnswer } from '../../../native/raw.js';
import { osStatus, STATUS } from '../../../native/status.js';
import { ANY_EXISTING } from '../../../tokenbinding/types.js';
import type { Expectation, Observations } from '../../outcome.js';
import type { TokenBindingSubject } from '../subject.js';

/** A question to a provider. */
export interface Probe {
  readonly id: string;
  readonly title: string;
  /** Undefined if this takes a call of the DLL, and the subject has none. */
  readonly observe: (subject: TokenBindingSubject) => Promise<Observations | undefined>;
  readonly expected?: Expectation;
}

/** The specification defines what a probe observes. */
export function expectObserved(clause: string, observations: Observations): Expectation {
  return { outcome: { verdict: 'observed', observations }, clause };
}

/** Does work with a new domain below .invalid (RFC 6761 6.4), then deletes the keys of that domain. */
export async function withOwnTarget<T>(
  subject: TokenBindingSubject,
  work: (domain: string) => Promise<T>,
): Promise<T> {
  const domain = `tokenbinding-${randomBytes(12).toString('hex')}.invalid`;
  try {
    return await work(domain);
  } finally {
    await deleteKeys(subject, `https://${domain}/`);
  }
}

/** Deletes the keys of a target. If a key may be left, this adds a note. It never throws. */
export async function deleteKeys(subject: TokenBindingSubject, target: string): Promise<void> {
  let deleted = await attempt(() => deleteKey(subject, target));
  const found = await attempt(() => findKey(subject, target));
  // Asking for any existing key may make one: no document rules that out.
  if (found === FOUND) deleted = await attempt(() => deleteKey(subject, target));
  else if (deleted === DELETED) return;
  subject.notes.push(`a key may be left for ${target}: deleting it gave ${deleted}`);
}

const DELETED = 'deleted';
const FOUND = 'found';
const NO_KEY_STATUSES: readonly number[] = [
  STATUS.NTE_NOT_FOUND,
  STATUS.NTE_NO_KEY,
  STATUS.NTE_BAD_KEYSET,
];

async function deleteKey(
  { tokenBinding, raw }: TokenBindingSubject,
  target: string,
): Promise<string> {
  if (raw === undefined) {
    await tokenBinding.deleteBinding(target);
    return DELETED;
  }
  const answer = await raw.deleteBinding(target);
  const hasNoKey = answer.status === 0 || NO_KEY_STATUSES.includes(answer.status);
  return hasNoKey ? DELETED : describeStatus('TokenBindingDeleteBinding', answer);
}

async function findKey(
  { tokenBinding, raw }: TokenBindingSubject,
  target: string,
): Promise<string> {
  if (raw === undefined) await tokenBinding.generateIdForUri('anyexisting', target);
  else {
    const answer = await raw.generateIdForUri?.(ANY_EXISTING, target);
    if (answer?.status !== 0) return 'not found';
  }
  return FOUND;
}

/** What work returns, or the code of the error that it throws. */
export async function attempt(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** The status of a call of the DLL, or what is invalid in its result. */
export function describeStatus(
  functionName: string,
  { status, fault }: RawAnswer<unknown>,
): string {
  const { hex, name } = osStatus(functionName, status);
  return fault ?? (name === undefined ? hex : `${hex} ${name}`);
}
