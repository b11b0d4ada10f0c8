// KerberosTime (RFC 4120 5.2.3): YYYYMMDDhhmmssZ.

const LENGTH = 15;
const ZERO = 0x30;
const UTC = 0x5a;

/** @param seconds since 1970. The caller knows that the year is 0 to 9999 */
export function encodeTime(seconds: number): Uint8Array {
  const date = new Date(1000 * seconds);
  const year = date.getUTCFullYear();
  const bytes = new Uint8Array(LENGTH);
  writeDigits(bytes, 0, Math.floor(year / 100));
  writeDigits(bytes, 2, year % 100);
  writeDigits(bytes, 4, date.getUTCMonth() + 1);
  writeDigits(bytes, 6, date.getUTCDate());
  writeDigits(bytes, 8, date.getUTCHours());
  writeDigits(bytes, 10, date.getUTCMinutes());
  writeDigits(bytes, 12, date.getUTCSeconds());
  bytes[LENGTH - 1] = UTC;
  return bytes;
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
  // Date.UTC takes the year 99 for 1999, and the 31st of February for a day in March. NaN is in no range.
  const isDate = year >= 100 && month >= 1 && day >= 1 && day <= daysIn(year, month);
  const isInRange = isDate && hour < 24 && minute < 60 && second < 60;
  return isInRange ? Date.UTC(year, month - 1, day, hour, minute, second) / 1000 : undefined;
}

/** The number of days in a month, 1 to 12; 0 for another number. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return DAYS[month - 1] ?? 0;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function writeDigits(bytes: Uint8Array, offset: number, number: number): void {
  bytes[offset] = ZERO + Math.floor(number / 10);
  bytes[offset + 1] = ZERO + (number % 10);
}

/** The number of two digits; NaN for other bytes. */
function readDigits(bytes: Uint8Array, offset: number): number {
  const tens = (bytes[offset] as number) - ZERO;
  const ones = (bytes[offset + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}
