import type { OsStatus } from '../errors.js';

/** Any value of JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * One entry of what verification lists, as it is compared and written down. An expectation may leave
 * out what it does not speak of.
 */
export interface ComparedResult {
  readonly bindingType: string | number;
  readonly keyType: string | number;
  /** base64url */
  readonly identifier: string;
  /** base64url */
  readonly extensionData?: string;
  readonly status?: 'verified' | 'unevaluated';
}

/** Why a side said no. Sides are not held to each other's reasons: they are counted apart. */
export interface Reason {
  /** The code of the error. */
  readonly code: string;
  /** Where in the input the fault is. */
  readonly path?: string;
  /** What is misshapen in an answer, or what went wrong. */
  readonly fault?: string;
  readonly os?: OsStatus;
}

/**
 * What a side answers to a case. All of it is compared but for the reason.
 *
 * - `accepted`: with what the call gave: `results`, `bytes`, or `keyType` and `identifier`.
 * - `refused`: with the `reason`; the specification's expectation may have none.
 * - `misshapen`: the operating system answered with success and with what cannot be.
 * - `observed`: what a probe found, which is neither right nor wrong.
 * - `failed`: what was thrown is neither a refusal nor an error for a wrong argument. That agrees with
 *   nothing, not even with itself.
 */
export interface Outcome {
  readonly verdict: 'accepted' | 'refused' | 'misshapen' | 'observed' | 'failed';
  readonly results?: readonly ComparedResult[];
  /** base64url */
  readonly bytes?: string;
  readonly keyType?: string | number;
  /** base64url */
  readonly identifier?: string;
  readonly observations?: { readonly [name: string]: Json };
  readonly reason?: Reason;
}
