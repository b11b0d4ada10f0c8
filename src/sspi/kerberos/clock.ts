/** A time in seconds since 1970 and its microseconds, as Kerberos writes it. */
export interface KerberosTime {
  readonly ctime: number;
  readonly cusec: number;
}

/** The last time that was given out, in microseconds. */
let last = 0;

/** The current time. Each call gives another one: a service may take two equal times for a replay (RFC 4120 3.2.2). */
export function uniqueTime(): KerberosTime {
  last = Math.max(1000 * Date.now(), last + 1);
  return { ctime: Math.floor(last / 1_000_000), cusec: last % 1_000_000 };
}

/** Seconds since 1970, with a fraction. */
export function secondsNow(): number {
  return Date.now() / 1000;
}
