// KerberosTime (RFC 4120 5.2.3): YYYYMMDDhhmmssZ.

/** A KerberosTime of seconds since 1970, in the years 0 to 9999. */
export function formatTime(seconds: number): string {
  const text = new Date(1000 * seconds).toISOString();
  const date = text.slice(0, 4) + text.slice(5, 7) + text.slice(8, 10);
  return `${date}${text.slice(11, 13)}${text.slice(14, 16)}${text.slice(17, 19)}Z`;
}

/** The seconds since 1970 of a KerberosTime in the years 100 to 9999; undefined for other bytes. */
export function parseTime(bytes: Uint8Array): number | undefined {
  if (bytes.length !== LENGTH || bytes[LENGTH - 1] !== UTC) return undefined;
  const year = 100 * readDigits(bytes, 0) + readDigits(bytes, 2);
  const month = readDigits(bytes, 4);
  const day = readDigits(bytes, 6);
  const hour = readDigits(bytes, 8);
  const minute = readDigits(bytes, 10);
  const second = readDigits(bytes, 12);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC takes the 31st of February for a day in March, and the year 99 for 1999.
  const isSame = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1;
  const isInRange = date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isSame && isInRange ? date.getTime() / 1000 : undefined;
}

const LENGTH = 15;
const UTC = 0x5a;

/** The number of two digits; NaN for other bytes. */
function readDigits(bytes: Uint8Array, offset: number): number {
  const tens = (bytes[offset] as number) - ZERO;
  const ones = (bytes[offset + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

const ZERO = 0x30;
