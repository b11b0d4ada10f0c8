import { createHash } from 'node:crypto';
import type { Answer, Expectation, Json } from './outcome.js';

/** The call that a case makes and its arguments, as JSON. Bytes are base64url. */
export interface CaseInput {
  /** The name of the call: `verifyMessage`, or `probe` or `scenario` for more than one call. */
  readonly call: string;
  readonly [argument: string]: Json;
}

/** A question that is put to both sides. A subject is what the cases of an area ask: one provider. */
export interface Case<Subject = never> {
  /** Unique, and the same in every run with the same seed: `vectors/tb-01/ecdsap256`. */
  readonly id: string;
  readonly title: string;
  /** If the question is code of this package, the input tells in words what that asks. */
  readonly input: CaseInput;
  /** Makes the call. An error that this throws is an outcome too. */
  readonly ask: (subject: Subject) => Answer | Promise<Answer>;
  /** Absent if the specification leaves it open. */
  readonly expected?: Expectation;
}

/** The digest that tells a case's input from that of another version: 16 hex digits of SHA-256. */
export function inputDigest({ id, input }: Case): string {
  const hash = createHash('sha256').update(JSON.stringify([id, input]));
  return hash.digest('hex').slice(0, 16);
}
