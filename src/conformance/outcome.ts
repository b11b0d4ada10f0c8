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
 * One binding in the result of a verification, as it is compared and recorded. An expectation omits what the
 * specification does not define.
 */
export interface ComparedResult {
  /** The name in RFC 8471, or the number of a type that has none. */
  readonly bindingType: string | number;
  /** The name in RFC 8471, or the number of key parameters that have none. */
  readonly keyType: string | number;
  /** The TokenBindingID, base64url. */
  readonly identifier: string;
  /** The content of `extensions<>`, base64url. */
  readonly extensionData?: string;
  /** Whether the signature was verified, or nobody could evaluate it. */
  readonly status?: 'verified' | 'unevaluated';
}

/** The most characters of a recorded text that is neither bytes, a path nor an observation. */
export const MAX_TEXT = 1024;

/** Why a side refused. Reasons are counted and not compared. */
export interface Reason {
  /** The code of the error: `ERR_TB_SIGNATURE`, `SEC_E_MESSAGE_ALTERED`. */
  readonly code: string;
  /** The field of the input that is at fault: `tokenbindings[0].signature`. */
  readonly path?: string;
  /** What is invalid in a result, or what went wrong, in words. */
  readonly fault?: string;
  /** The status of the operating system, if it refused. */
  readonly os?: OsStatus;
}

/** What a probe or a scenario observed. */
export type Observations = { readonly [name: string]: Json };

/**
 * The outcome of a call. Everything except the reason is compared.
 *
 * - `accepted`: the call succeeded. It returned `results`, `bytes`, `keyType` with `identifier`, or `observations`.
 * - `refused`: the call failed with a documented error, the `reason`. An expectation has no reason.
 * - `invalid`: the operating system reported success and returned an invalid result.
 * - `observed`: the `observations` of a probe, which are neither right nor wrong.
 * - `failed`: the call threw an undocumented error. It agrees with no outcome, not even with itself.
 */
export interface Outcome {
  /** The kind of outcome, see above. */
  readonly verdict: 'accepted' | 'refused' | 'invalid' | 'observed' | 'failed';
  /** The result of verifyMessage, one for each binding of the message in its order. */
  readonly results?: readonly ComparedResult[];
  /** A TokenBindingMessage, base64url. */
  readonly bytes?: string;
  /** The type of the key in `identifier`: the name in RFC 8471, or the number if it has none. */
  readonly keyType?: string | number;
  /** A TokenBindingID, base64url. */
  readonly identifier?: string;
  /** What a probe or a scenario observed, by name. */
  readonly observations?: Observations;
  /** Why the side refused. Reasons are counted and not compared. */
  readonly reason?: Reason;
}

/** Why a side has no outcome for a case. */
export interface NoOutcome {
  readonly why: string;
}

/** A side's answer to a case. */
export type Answer = Outcome | NoOutcome;

/** The outcome that the specification requires. */
export interface Expectation {
  /** What is required. A side's outcome may have more. */
  readonly outcome: Outcome;
  /** The clause that requires it: `RFC 8471 4.2`. */
  readonly clause: string;
}

/** The specification requires the call to succeed, with the given content. */
export function expectAccepted(
  clause: string,
  content: Omit<Outcome, 'verdict' | 'reason'> = {},
): Expectation {
  return { outcome: { verdict: 'accepted', ...content }, clause };
}

/** The specification requires a refusal. */
export function expectRefused(clause: string): Expectation {
  return { outcome: { verdict: 'refused' }, clause };
}

/** `ERR_TB_SIGNATURE 0x80090006 NTE_BAD_SIGNATURE` */
export function describeReason({ code, os }: Reason): string {
  // A code of SSPI is the name of the status.
  const name = os?.name === code ? undefined : os?.name;
  return [code, os?.hex, name].filter((part) => part !== undefined).join(' ');
}

/** A message as long as a recording may have it. An undocumented error can have any length. */
export function clipText(message: string): string {
  return message.slice(0, MAX_TEXT);
}
