import { randomBytes } from 'node:crypto';
import type { RawAnswer } from '../../native/raw.js';
import { osStatus, STATUS } from '../../native/status.js';
import { ANY_EXISTING } from '../../tokenbinding/types.js';
import type { Expectation, Subject } from '../case.js';
import type { Json } from '../outcome.js';

export type Observations = { readonly [name: string]: Json };

/** A question to a provider, and the way to its answer. */
export interface Probe {
  readonly id: string;
  readonly title: string;
  /** Undefined where the subject has no means to find out. */
  readonly observe: (subject: Subject) => Promise<Observations | undefined>;
  readonly expected?: Expectation;
}

/** What the specification says of a probe's answer. */
export function observed(observations: Observations, clause: string): Expectation {
  return { outcome: { verdict: 'observed', observations }, clause };
}

/**
 * Does something with a domain that nobody has a key for, below .invalid (RFC 6761 6.4), and deletes
 * the keys that were made for it.
 */
export async function withOwnTarget<T>(
  subject: Subject,
  work: (domain: string) => Promise<T>,
): Promise<T> {
  const domain = `tokenbinding-${randomBytes(12).toString('hex')}.invalid`;
  try {
    return await work(domain);
  } finally {
    await deleteKeys(subject, `https://${domain}/`);
  }
}

/** Deletes the keys of a target, and tells of it where one may be left. Throws nothing. */
export async function deleteKeys(subject: Subject, target: string): Promise<void> {
  let deleted = await attempt(() => deletion(subject, target));
  const found = await attempt(() => existing(subject, target));
  // Whether asking for any existing key makes one is not documented.
  if (found === FOUND) deleted = await attempt(() => deletion(subject, target));
  else if (deleted === DELETED) return;
  subject.note(`a key may be left for ${target}: deleting it came to ${deleted}`);
}

const DELETED = 'deleted';
const FOUND = 'found';
const NOTHING_THERE: readonly number[] = [
  STATUS.NTE_NOT_FOUND,
  STATUS.NTE_NO_KEY,
  STATUS.NTE_BAD_KEYSET,
];

async function deletion({ tokenBinding, raw }: Subject, target: string): Promise<string> {
  if (raw === undefined) {
    await tokenBinding.deleteBinding(target);
    return DELETED;
  }
  const answer = await raw.deleteBinding(target);
  const isGone = answer.status === 0 || NOTHING_THERE.includes(answer.status);
  return isGone ? DELETED : statusOf('TokenBindingDeleteBinding', answer);
}

async function existing({ tokenBinding, raw }: Subject, target: string): Promise<string> {
  if (raw === undefined) await tokenBinding.generateIdForUri('anyexisting', target);
  else {
    const answer = await raw.generateIdForUri?.(ANY_EXISTING, target);
    if (answer?.status !== 0) return 'nothing there';
  }
  return FOUND;
}

/** A value, or the code with which it is refused. */
export async function attempt(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** What a function of the DLL answered, in a word: its status, or what is misshapen in its answer. */
export function statusOf(functionName: string, { status, fault }: RawAnswer<unknown>): string {
  const { hex, name } = osStatus(functionName, status);
  return fault ?? (name === undefined ? hex : `${hex} ${name}`);
}
