import { SspiError, type SspiErrorCode } from '../../../sspi/error.js';
import type { Answer } from '../../server/answer.js';
import { ADVICE, type EventDetails } from './events.js';
import { HandshakeEnded } from './handshake.js';

/** Why a request does not pass: its answer, and its event if there is one. */
export interface Refusal {
  readonly status: Answer['status'];
  /** Whether the answer offers the schemes. */
  readonly challenges: boolean;
  /** Whether the connection is closed in any case. */
  readonly close: boolean;
  readonly text?: Answer['text'];
  readonly event?: Exclude<EventDetails, { type: 'authenticated' }>;
}

/** A failure of this server, not of the client. */
export class ServerFailure extends Error {
  readonly type: 'unavailable' | 'failed';
  readonly advice: string | undefined;

  constructor(type: 'unavailable' | 'failed', cause: unknown, advice?: string) {
    super('the server failed', { cause });
    this.type = type;
    this.advice = advice;
  }
}

/** The request has no credentials: that is how each client begins. */
export const CHALLENGE: Refusal = { status: 401, challenges: true, close: false };

export const FORWARDED: Refusal = {
  status: 403,
  challenges: false,
  close: false,
  // It names no option: those concern nobody but the operator.
  text: 'This server does not authenticate requests that come through a proxy.',
  event: { type: 'forwarded', advice: ADVICE.forwarded },
};

/** It came between the messages of a handshake and is not the next one. */
export const INTERRUPTING: Refusal = {
  status: 401,
  challenges: true,
  close: false,
  event: { type: 'interrupted', advice: ADVICE.interrupted },
};

/**
 * It came before the last message of a handshake was answered. The connection is closed: its client does not wait for
 * answers.
 */
export const PIPELINED: Refusal = { ...INTERRUPTING, close: true };

export const TOO_MANY_HANDSHAKES: Refusal = {
  status: 503,
  challenges: false,
  close: true,
  event: { type: 'limited', limit: 'handshakes', advice: ADVICE.handshakes },
};

export const TIMEOUT_EVENT: NonNullable<Refusal['event']> = {
  type: 'limited',
  limit: 'handshakeTimeout',
  advice: ADVICE.handshakeTimeout,
};

export const TOO_MANY_LEGS: Refusal = {
  status: 401,
  challenges: true,
  close: true,
  event: { type: 'limited', limit: 'legs' },
};

/** A 401 would make a client send the same body again, without an end. */
export const BODY_TOO_LONG: Refusal = {
  status: 413,
  challenges: false,
  close: true,
  event: { type: 'limited', limit: 'bodyBytes' },
};

export const UPGRADE_NEEDS_CONNECTION: Refusal = {
  status: 401,
  challenges: true,
  close: true,
  event: { type: 'rejected', advice: ADVICE.upgrade },
};

const TIMEOUT: Refusal = { status: 503, challenges: false, close: true, event: TIMEOUT_EVENT };

export function refuseMalformed(problem: string): Refusal {
  return withError('malformed', new SspiError('SEC_E_INVALID_TOKEN', problem));
}

/** Node reads requests of HTTP/1.1 that name another version. Nobody sends them in earnest. */
export function refuseVersion(): Refusal {
  return { ...refuseMalformed('the request is not of HTTP/1.1'), close: true };
}

export function newClosedError(): SspiError {
  return new SspiError('SEC_E_INVALID_HANDLE', 'the middleware is closed');
}

const ADVICE_FOR: Partial<Record<SspiErrorCode, string>> = {
  SEC_E_BAD_BINDINGS: ADVICE.bindings,
  SEC_E_WRONG_PRINCIPAL: ADVICE.target,
  SEC_E_LOGON_DENIED: ADVICE.logon,
  SEC_E_TIME_SKEW: ADVICE.clock,
  SEC_E_CONTEXT_EXPIRED: ADVICE.clock,
  SEC_E_NO_KERB_KEY: ADVICE.key,
  SEC_E_KDC_UNKNOWN_ETYPE: ADVICE.key,
  SEC_E_SECPKG_NOT_FOUND: ADVICE.mechanism,
  SEC_E_NO_AUTHENTICATING_AUTHORITY: ADVICE.accounts,
  SEC_E_NO_CREDENTIALS: ADVICE.credentials,
  SEC_E_UNKNOWN_CREDENTIALS: ADVICE.credentials,
};

/** What to do about an error of SSPI, as far as it is known. */
export function adviceFor(error: unknown): string | undefined {
  return error instanceof SspiError ? ADVICE_FOR[error.code] : undefined;
}

/** The statuses that are no fault of the client's credentials. */
const UNAVAILABLE: readonly SspiErrorCode[] = [
  'SEC_E_NO_AUTHENTICATING_AUTHORITY',
  'SEC_E_NO_CREDENTIALS',
  'SEC_E_INTERNAL_ERROR',
  'SEC_E_INSUFFICIENT_MEMORY',
  'SEC_E_INVALID_HANDLE',
  'ERR_SSPI_OS',
];

/**
 * The refusal of a request whose handshake failed with this error.
 *
 * @param isMisplaced whether the handshake began with a later token
 */
export function refusalOf(error: unknown, isMisplaced = false): Refusal {
  if (error instanceof HandshakeEnded) {
    if (error.end === 'shutdown') return withError('unavailable', newClosedError());
    return error.end === 'timeout' ? TIMEOUT : INTERRUPTED;
  }
  if (error instanceof ServerFailure) return withError(error.type, error.cause, error.advice);
  // A TypeError or RangeError is about the result of `accounts`.
  if (!(error instanceof SspiError)) return withError('unavailable', error);
  if (error.code === 'SEC_E_INVALID_TOKEN') {
    return withError('malformed', error, isMisplaced ? ADVICE.misplaced : undefined);
  }
  const type = UNAVAILABLE.includes(error.code) ? 'unavailable' : 'rejected';
  return withError(type, error, adviceFor(error));
}

/** The request that interrupted has the event. */
const INTERRUPTED: Refusal = { status: 401, challenges: true, close: true };

const STATUSES = { rejected: 401, malformed: 400, unavailable: 503, failed: 500 } as const;

function withError(type: keyof typeof STATUSES, error: unknown, advice?: string): Refusal {
  const event = { type, error, ...(advice === undefined ? {} : { advice }) };
  return { status: STATUSES[type], challenges: type === 'rejected', close: false, event };
}
