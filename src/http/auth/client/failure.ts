import { SspiError } from '../../../sspi/error.js';
import { ExchangeError } from '../../connection/response-reader.js';
import { HttpAuthError, type HttpAuthErrorDetails } from '../error.js';

/** The error for an answer that is malformed or impossible. */
export function protocolError(problem: string, details: HttpAuthErrorDetails): HttpAuthError {
  return new HttpAuthError('ERR_HTTP_AUTH_PROTOCOL', problem, details);
}

/** The error for a connection that closed. */
export function closedError(problem: string, details: HttpAuthErrorDetails = {}): HttpAuthError {
  return new HttpAuthError('ERR_HTTP_AUTH_CLOSED', problem, details);
}

/** An HttpAuthError for the errors of an exchange and of SSPI; other errors stay as they are. */
export function toHttpAuthError(error: unknown, details: HttpAuthErrorDetails): unknown {
  if (error instanceof SspiError) {
    const problem = `SSPI failed with ${error.code}: ${error.message}`;
    return new HttpAuthError('ERR_HTTP_AUTH_SSPI', problem, { ...details, cause: error });
  }
  if (!(error instanceof ExchangeError)) return error;
  const known = error.status === undefined ? details : { ...details, status: error.status };
  return error.problem === 'closed'
    ? closedError(error.message, known)
    : protocolError(error.message, known);
}

/** Whether a connection ended before an answer: the other side closed it, or reset it. */
export function isEndOfConnection(error: unknown): boolean {
  if (error instanceof HttpAuthError) {
    return error.code === 'ERR_HTTP_AUTH_CLOSED' && error.status === undefined;
  }
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
