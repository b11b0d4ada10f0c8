import type { SrvRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { SspiError } from '../../error.js';

/** Where a KDC listens for TCP. */
export interface KdcAddress {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** How many servers of a realm are tried at most. */
const MAX_KDCS = 32;
/** How often a server of DNS is asked, and for how long, unless the signal ends it. */
const DNS_LIMITS = { timeout: 3000, tries: 2 };
/** In place of zero, which has "a very small chance" (RFC 2782). */
const LEAST_WEIGHT = 0.01;

export function noKdc(realm: string, problem: string, cause?: unknown): SspiError {
  const message = `there is no KDC for the realm ${JSON.stringify(realm)}: ${problem}`;
  return new SspiError('SEC_E_NO_AUTHENTICATING_AUTHORITY', message, { cause });
}

/** The error for a realm of which krb5.conf names no KDC. The short name of a domain, as in `EXAMPLE\alice`, is no realm. */
export function unknownRealm(realm: string, problem: string, cause?: unknown): SspiError {
  const advice = realm.includes('.') ? '' : '. Give the realm its full name, such as EXAMPLE.COM';
  return noKdc(realm, `${problem}${advice}`, cause);
}

/**
 * Finds the KDCs of a realm by the SRV records of DNS (RFC 4120 7.2.3.2), in the order to try (RFC 2782). Nothing of
 * Kerberos depends on the truth of DNS: only the KDC of the realm has the keys.
 *
 * @param absence why krb5.conf names none, for errors
 * @throws SspiError SEC_E_NO_AUTHENTICATING_AUTHORITY; the reason of the signal if it aborts
 */
export async function findKdcs(
  realm: string,
  absence: string,
  signal: AbortSignal,
  resolver: Resolver = new Resolver(DNS_LIMITS),
): Promise<KdcAddress[]> {
  signal.throwIfAborted();
  const nowhere = (problem: string, cause?: unknown) =>
    unknownRealm(realm, `${absence}, and ${problem}`, cause);
  if (!/^[\w.-]{1,200}$/.test(realm)) throw nowhere('it is no domain');
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const kdcs = inOrder(await resolver.resolveSrv(`_kerberos._tcp.${realm}`));
    if (kdcs.length > 0) return kdcs;
  } catch (cause) {
    signal.throwIfAborted();
    throw nowhere('the look-up of its SRV records failed', cause);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  throw nowhere('its SRV records say that it has none');
}

/** By priority, and at random within one: a record is the first with a probability in proportion to its weight. */
function inOrder(records: readonly SrvRecord[]): KdcAddress[] {
  return (
    records
      // The root as a target says that there is no such service.
      .filter(({ name, port }) => name !== '' && name !== '.' && port > 0)
      .map(({ name, port, priority, weight }) => {
        // The first of several exponential waiting times, with the weights as rates.
        const wait = -Math.log(Math.random()) / (weight || LEAST_WEIGHT);
        return { host: name, port, priority, wait };
      })
      .sort((a, b) => a.priority - b.priority || a.wait - b.wait)
      .slice(0, MAX_KDCS)
      .map(({ host, port }) => ({ host, port }))
  );
}
