import { randomBytes } from 'node:crypto';
import type { RawAnswer } from '../../native/raw.js';
import { osStatus } from '../../native/status.js';
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
  { tokenBinding }: Subject,
  work: (domain: string) => Promise<T>,
): Promise<T> {
  const domain = `tokenbinding-${randomBytes(12).toString('hex')}.invalid`;
  try {
    return await work(domain);
  } finally {
    await tokenBinding.deleteBinding(`https://${domain}/`);
  }
}

/** The code that a call is refused with, or `done`. */
export async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'an error without a code';
  }
}

/** What a function of the DLL answered, in a word: its status, or what is misshapen in its answer. */
export function statusOf(functionName: string, { status, fault }: RawAnswer<unknown>): string {
  const { hex, name } = osStatus(functionName, status);
  return fault ?? (name === undefined ? hex : `${hex} ${name}`);
}
