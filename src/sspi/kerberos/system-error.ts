import { SspiError, type SspiErrorCode } from '../error.js';

/** Codes of the operating system for its own limits (errno(3)). They say nothing about the file or the peer. */
const LIMITS = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL', 'EAGAIN'];

/** Whether the operating system lacks files, memory or ports. */
export function isOutOfResources(error: unknown): boolean {
  return LIMITS.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/**
 * The error for a failed call of the operating system: SEC_E_INSUFFICIENT_MEMORY at its own limits, which must not look
 * like missing tickets or a missing KDC, because NTLM could take their place.
 *
 * @param code for every other cause
 */
export function systemError(code: SspiErrorCode, problem: string, cause: unknown): SspiError {
  return new SspiError(isOutOfResources(cause) ? 'SEC_E_INSUFFICIENT_MEMORY' : code, problem, {
    cause,
  });
}
