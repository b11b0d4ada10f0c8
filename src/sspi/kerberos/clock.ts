import { randomInt } from 'node:crypto';

/** A time in seconds since 1970 and its microseconds, as Kerberos writes it. */
export interface KerberosTime {
  readonly ctime: number;
  readonly cusec: number;
}

/** The difference between two clocks that is accepted, in seconds (RFC 4120 8.2). */
export const MAX_SKEW = 300;

/** The microseconds that were given out in one second. */
const used = { ctime: 0, cusec: new Set<number>() };

/**
 * The current second, and microseconds of it at random. No two times may be equal: a service may take the second one for
 * a replay, and nothing else binds an AP-REP to its AP-REQ (RFC 4120 3.2.2, 3.2.4). Threads and processes with one
 * ticket cannot agree on times. Chance keeps theirs apart, and the set those of one thread.
 */
export function uniqueTime(): KerberosTime {
  for (;;) {
    const ctime = Math.floor(secondsNow());
    if (ctime !== used.ctime) {
      used.ctime = ctime;
      used.cusec.clear();
    }
    const cusec = randomInt(1_000_000);
    if (used.cusec.has(cusec)) continue;
    used.cusec.add(cusec);
    return { ctime, cusec };
  }
}

/** Seconds on a clock that nobody sets: its differences are times that have passed. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}

/** Seconds since 1970, with a fraction. */
export function secondsNow(): number {
  return Date.now() / 1000;
}
