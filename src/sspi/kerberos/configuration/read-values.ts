import type { KdcAddress } from './find-kdcs.js';
import { invalidProfile, type ProfileValue } from './profile.js';

// The kinds of values in krb5.conf. Errors have the file and the line.

const YES = ['y', 'yes', 'true', 't', '1', 'on'];
const NO = ['n', 'no', 'false', 'nil', '0', 'off'];

const MAX_DURATION = 2 ** 31 - 1;
const MAX_DURATION_TEXT = 64;

const KDC_PORT = 88;

/** Names of MIT Kerberos for the encryption types of this package, and for groups of them. */
const ETYPES: Readonly<Record<string, readonly number[]>> = {
  __proto__: null as never,
  'aes256-cts-hmac-sha1-96': [18],
  'aes256-cts': [18],
  'aes256-sha1': [18],
  'aes128-cts-hmac-sha1-96': [17],
  'aes128-cts': [17],
  'aes128-sha1': [17],
  'aes256-cts-hmac-sha384-192': [20],
  'aes256-sha2': [20],
  'aes128-cts-hmac-sha256-128': [19],
  'aes128-sha2': [19],
  'arcfour-hmac': [23],
  'arcfour-hmac-md5': [23],
  'rc4-hmac': [23],
  aes: [18, 17, 20, 19],
  rc4: [23],
  default: [18, 17, 20, 19, 23],
};

export function readBoolean({ text, where }: ProfileValue): boolean {
  const word = text.toLowerCase();
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  throw invalidProfile(where, 'the value must be true or false');
}

/** A duration in seconds: `3600`, `10:00`, `10:00:00` (hours first) or `1d10h30m5s`. */
export function readDuration({ text, where }: ProfileValue): number {
  // The pattern with spaces needs cubic time.
  const short = text.length > MAX_DURATION_TEXT ? '' : text;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?$/.exec(short) ??
    /^()()()(\d+)$/.exec(short) ??
    /^()(\d+):(\d\d?)(?::(\d\d?))?$/.exec(short) ??
    [];
  const duration =
    86_400 * Number(days) + 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds);
  if (duration >= 1 && duration <= MAX_DURATION) return duration;
  throw invalidProfile(where, 'the value must be a duration such as 3600, 10:00 or 1d10h');
}

/** The numbers of a list of encryption types. Unknown names are left out, as MIT Kerberos does. */
export function readEtypes({ text, where }: ProfileValue): readonly number[] {
  const numbers = new Set<number>();
  for (const word of text.toLowerCase().split(/[\s,]+/)) {
    const isRemoved = word.startsWith('-');
    for (const number of ETYPES[word.replace(/^[+-]/, '')] ?? []) {
      if (isRemoved) numbers.delete(number);
      else numbers.add(number);
    }
  }
  if (numbers.size > 0) return [...numbers];
  throw invalidProfile(where, 'the list has no encryption type of this package');
}

/** The address of a KDC: `host`, `host:port` or `[address]:port`. Undefined for other transports than TCP, as URLs. */
export function readKdcAddress({ text, where }: ProfileValue): KdcAddress | undefined {
  const [word = ''] = text.split(/\s/, 1);
  if (word.includes('/')) return undefined;
  const [, inBrackets, plain, digits] =
    /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(word) ?? [];
  const host = inBrackets ?? plain;
  const port = digits === undefined ? KDC_PORT : Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw invalidProfile(where, 'the KDC must be host, host:port or [address]:port');
}
