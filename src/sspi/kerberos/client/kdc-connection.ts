import { Turns } from '../../../bytes/turns.js';
import { SspiError } from '../../error.js';
import { invalidToken } from '../../failure.js';
import type { KerberosConfiguration } from '../configuration/configuration.js';
import type { KdcAddress } from '../configuration/find-kdcs.js';
import { ERROR_CODE, formatError } from '../messages/error-codes.js';
import { decodeKrbError, isKrbError } from '../messages/krb-error.js';
import { isOutOfResources, systemError } from '../system-error.js';
import { exchangeOverTcp } from './tcp-exchange.js';

/** The answer of a KDC, and which one it was, for errors. */
export interface KdcAnswer {
  readonly message: Uint8Array;
  /** Such as `the KDC 192.0.2.1:88 of EXAMPLE.COM`. */
  readonly kdc: string;
}

const NO_KDC = 'SEC_E_NO_AUTHENTICATING_AUTHORITY';

/** The most exchanges at a time. More would use up the files that the process may open. */
const MAX_EXCHANGES = 16;

/** Sends requests to the KDCs of realms. */
export class KdcConnection {
  readonly #configuration: KerberosConfiguration;
  readonly #timeout: number;
  readonly #turns = new Turns(MAX_EXCHANGES);

  /** @param timeout in milliseconds, for one request to all KDCs of a realm together */
  constructor(configuration: KerberosConfiguration, timeout: number) {
    this.#configuration = configuration;
    this.#timeout = timeout;
  }

  /**
   * Sends a request to the KDCs of a realm, one after the other, until one answers something else than
   * KDC_ERR_SVC_UNAVAILABLE. Each may take its share of the time that is left. Before that the request waits for its
   * turn, at most as long.
   *
   * @param signal ends the exchange with its reason
   * @throws SspiError SEC_E_NO_AUTHENTICATING_AUTHORITY if none answers; SEC_E_INSUFFICIENT_MEMORY if the operating
   * system opens no connection, or its turn does not come; SEC_E_INVALID_TOKEN if an answer is too long
   */
  async send(realm: string, request: Uint8Array, signal: AbortSignal): Promise<KdcAnswer> {
    const problem = `more than ${MAX_EXCHANGES} requests to KDCs wait for their turn`;
    const busy = new SspiError('SEC_E_INSUFFICIENT_MEMORY', problem);
    await withTimeout(this.#timeout, busy, signal, (limited) => this.#turns.take(limited));
    try {
      return await this.#exchange(realm, request, signal);
    } finally {
      this.#turns.end();
    }
  }

  async #exchange(realm: string, request: Uint8Array, signal: AbortSignal): Promise<KdcAnswer> {
    const end = performance.now() + this.#timeout;
    const late = noKdc(
      `the KDCs of ${realm} were not found in time: check DNS, or name them in krb5.conf`,
    );
    const kdcs = await withTimeout(this.#timeout, late, signal, (limited) =>
      this.#configuration.kdcsOf(realm, limited),
    );
    const failures: string[] = [];
    let cause: unknown;
    for (const [index, address] of kdcs.entries()) {
      const name = nameOf(address);
      const share = (end - performance.now()) / (kdcs.length - index);
      let message: Uint8Array;
      try {
        const silent = noKdc('did not answer in time');
        message = await withTimeout(share, silent, signal, (limited) =>
          exchangeOverTcp(address, request, limited),
        );
      } catch (error) {
        signal.throwIfAborted();
        if (isOutOfResources(error))
          throw systemError(NO_KDC, `the KDC ${name} was not asked`, error);
        failures.push(`${name} ${problemOf(error)}`);
        // An answer was there, which is no absence of the KDCs.
        if (!isInvalid(cause)) cause = error;
        continue;
      }
      if (!isUnavailable(message)) return { message, kdc: `the KDC ${name} of ${realm}` };
      failures.push(`${name} answered ${formatError(UNAVAILABLE)}`);
    }
    const problem = `no KDC of ${realm} is available: ${failures.join('; ')}`;
    throw isInvalid(cause) ? invalidToken(problem) : noKdc(problem, cause);
  }
}

const UNAVAILABLE = ERROR_CODE.KDC_ERR_SVC_UNAVAILABLE;

/** Whether a KDC cannot answer now, but another one perhaps can. @throws SspiError SEC_E_INVALID_TOKEN */
function isUnavailable(message: Uint8Array): boolean {
  return isKrbError(message) && decodeKrbError(message).errorCode === UNAVAILABLE;
}

/**
 * Runs work that ends when the signal does, and after some milliseconds. The timer keeps nothing alive after it.
 *
 * @param late the reason of the end after that time
 */
async function withTimeout<T>(
  milliseconds: number,
  late: SspiError,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const stop = () => limit.abort(signal.reason);
  const expire = () => limit.abort(late);
  const timer = setTimeout(expire, Math.max(0, milliseconds));
  signal.addEventListener('abort', stop);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function nameOf({ host, port }: KdcAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The code of the operating system, such as ECONNREFUSED, or a message of this package. */
function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof SspiError || code === undefined ? message : `failed with ${code}`;
}

function isInvalid(error: unknown): boolean {
  return error instanceof SspiError && error.code === 'SEC_E_INVALID_TOKEN';
}

function noKdc(problem: string, cause?: unknown): SspiError {
  return new SspiError(NO_KDC, problem, { cause });
}
