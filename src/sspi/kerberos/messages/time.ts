/** A KerberosTime (RFC 4120 5.2.3) of seconds since 1970, in the years 0 to 9999. */
export function formatTime(seconds: number): string {
  return new Date(1000 * seconds).toISOString().replaceAll(/[-:T]|\.000/g, '');
}
