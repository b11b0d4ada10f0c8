import type { IncomingMessage, ServerResponse } from 'node:http';
import { ignoreRejection } from '../../server/promises.js';
import type { HttpTokenBindingError } from '../error.js';
import type { Settings } from './settings.js';

/** The status of the answer to a request that does not pass, as the application chooses it. */
export function chooseStatus(
  error: HttpTokenBindingError,
  request: IncomingMessage,
  response: ServerResponse | undefined,
  { onRejected }: Settings,
): number {
  if (onRejected === undefined) {
    if (error.code === 'ERR_HTTP_TB_FAILED') warn(error);
    return error.status;
  }
  const isRepeated = error.code === 'ERR_HTTP_TB_REPEATED';
  let chosen: unknown;
  try {
    chosen = onRejected(error, request, isRepeated ? undefined : response);
  } catch {
    chosen = 500;
  }
  // RFC 8473 2: the server must answer 400.
  if (isRepeated) return 400;
  if (chosen === undefined) return error.status;
  if (isErrorStatus(chosen)) return chosen;
  ignoreRejection(chosen);
  return 500;
}

function isErrorStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 400 && (value as number) <= 599;
}

let isWarned = false;

/** Nobody else learns of it. */
function warn({ cause, message }: HttpTokenBindingError): void {
  if (isWarned) return;
  isWarned = true;
  const reason = cause instanceof Error ? cause.message : 'what was thrown is not an Error';
  process.emitWarning(`A request was answered 500, because ${message}: ${reason}`, {
    type: 'TokenBindingWarning',
    code: 'TOKENBINDING_HTTP',
    detail: 'There is no other warning of this type. The option onRejected gets all errors.',
  });
}
