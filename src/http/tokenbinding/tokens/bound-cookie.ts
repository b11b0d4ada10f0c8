import {
  checkBytes,
  checkOneOf,
  checkOptions,
  invalidArgType,
  outOfRange,
} from '../../../bytes/check.js';
import { trimSpaces } from '../../../bytes/trim-spaces.js';
import { decodeBase64url } from '../../../tokenbinding/decode-base64url.js';
import { HttpTokenBindingError } from '../error.js';
import { checkIdentifier } from './check-identifier.js';
import { mismatch } from './mismatch.js';
import { type SealBinding, type Sealed, seal, unseal } from './seal.js';

/** What a sealed cookie belongs to. */
export interface BoundCookieOptions {
  /**
   * The name, a token of HTTP. With the prefix `__Host-` browsers accept it only from this host, over TLS: use it
   * (RFC 6265bis 4.1.3.2).
   */
  readonly name: string;
  /**
   * Secrets of the server, 1 to 8, each of 32 bytes or more, made by `randomBytes(32)`. The first one seals; each one
   * opens. To change the secret, put a new one in front, and remove the old one when its cookies have expired.
   */
  readonly secrets: readonly Uint8Array[];
  /**
   * The whole TokenBindingID of the client, `request.tokenBinding?.provided.identifier`. Undefined if the request has
   * proven no key: then no cookie opens.
   */
  readonly identifier: Uint8Array | undefined;
}

/** Options of {@link sealCookie}. */
export interface SealCookieOptions extends BoundCookieOptions {
  /** The key that the cookie is bound to: the whole TokenBindingID of the client. */
  readonly identifier: Uint8Array;
  /** When the cookie ceases to be valid. */
  readonly expires: Date;
  /** The attribute SameSite. Default `Lax`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None' | undefined;
}

const OPTIONS = ['name', 'secrets', 'identifier'] as const;
const SEAL_OPTIONS = [...OPTIONS, 'expires', 'sameSite'] as const;
/** RFC 6265 6.1: the name, the value and the attributes. */
const MAX_COOKIE = 4096;
/** A client has one. Further ones are of other applications of the site. */
const MAX_SAME_NAME = 4;
const MAX_SECRETS = 8;
const MIN_SECRET = 32;
/** The last millisecond that 6 bytes hold is in the year 10889, and that of a date in the field in 9999. */
const MAX_TIME = Date.UTC(9999, 11, 31);
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;

/**
 * Makes a cookie that is worthless on another key: the value is encrypted, and authenticated together with the name, the
 * expiry and the TokenBindingID of the client (AES-256-GCM, with a key by HKDF for each cookie). Whoever copies it cannot
 * read it, change it, give it another name or time, or use it without the client's private key (RFC 8471 5).
 *
 * The server keeps nothing, and so it cannot withdraw a cookie before it expires. An old cookie of the same client opens
 * as long as it is valid.
 *
 * @param value the text to keep, such as the name of a user or JSON
 * @returns the value of a field Set-Cookie, with `Path=/; Secure; HttpOnly`: at most 4,096 bytes
 * @throws TypeError, RangeError for a wrong argument, and if the cookie would be longer
 *
 * @example
 * import { randomBytes } from 'node:crypto';
 * import { generateIdForUri } from 'tokenbinding';
 * import { openCookie, sealCookie } from 'tokenbinding/http';
 *
 * const name = '__Host-session';
 * const secrets = [randomBytes(32)];
 * // That of request.tokenBinding.provided:
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://server.example.com/');
 * const expires = new Date(Date.now() + 3_600_000);
 * const cookie = sealCookie('alice', { name, secrets, identifier, expires });
 *
 * const [header] = cookie.split(';'); // what the client sends back
 * console.log(openCookie(header, { name, secrets, identifier })); // alice
 */
export function sealCookie(value: string, options: SealCookieOptions): string {
  if (typeof value !== 'string') throw invalidArgType('value', 'a string');
  if (Buffer.from(value).toString() !== value) throw outOfRange('value', 'well-formed Unicode');
  const checked = checkOptions('options', options, SEAL_OPTIONS);
  const { name, secrets } = checkCookie(checked);
  const binding = { name, identifier: checkIdentifier('options.identifier', checked.identifier) };
  const { sameSite = 'Lax' } = checked;
  const site = checkOneOf('options.sameSite', sameSite, ['Strict', 'Lax', 'None']);
  const expires = checkExpires(checked.expires);
  const sealed = seal(secrets[0] as Uint8Array, binding, { value, expires });
  const time = new Date(expires).toUTCString();
  const attributes = `Path=/; Expires=${time}; Secure; HttpOnly; SameSite=${site}`;
  const cookie = `${name}=${sealed.toString('base64url')}; ${attributes}`;
  if (cookie.length <= MAX_COOKIE) return cookie;
  throw outOfRange('value', `shorter: the cookie has ${cookie.length} bytes, not ${MAX_COOKIE}`);
}

/**
 * Opens a cookie of {@link sealCookie}.
 *
 * @param header the value of the field Cookie, `request.headers.cookie`
 * @returns the value that was sealed; undefined if there is no cookie with this name
 * @throws TypeError, RangeError for a wrong argument
 * @throws HttpTokenBindingError ERR_HTTP_TB_MISMATCH if the request has proven no key, or the cookie was sealed for
 * another one, with another name or secret, or was altered; ERR_HTTP_TB_EXPIRED
 */
export function openCookie(
  header: string | undefined,
  options: BoundCookieOptions,
): string | undefined {
  if (header !== undefined && typeof header !== 'string')
    throw invalidArgType('header', 'a string');
  const checked = checkOptions('options', options, OPTIONS);
  const { name, secrets } = checkCookie(checked);
  const identifier =
    checked.identifier === undefined
      ? undefined
      : checkIdentifier('options.identifier', checked.identifier);
  const texts = valuesOf(header ?? '', name);
  if (texts.length === 0) return undefined;
  if (identifier === undefined) throw mismatch('the request has proven no key');
  // Another application of the site can have set a cookie with this name.
  const sealed = findSealed(texts, secrets, { name, identifier });
  if (sealed === undefined) throw mismatch('the cookie is not valid for the key of the request');
  if (sealed.expires > Date.now()) return sealed.value;
  throw new HttpTokenBindingError('ERR_HTTP_TB_EXPIRED', 'the cookie has expired');
}

function findSealed(
  texts: readonly string[],
  secrets: readonly Uint8Array[],
  binding: SealBinding,
): Sealed | undefined {
  let last: Sealed | undefined;
  for (const text of texts) {
    const bytes = decode(text);
    for (const secret of bytes === undefined ? [] : secrets) {
      const sealed = unseal(secret, binding, bytes as Uint8Array);
      if (sealed !== undefined && sealed.expires >= (last?.expires ?? 0)) last = sealed;
    }
  }
  return last;
}

function decode(text: string): Uint8Array | undefined {
  if (text.length > MAX_COOKIE) return undefined;
  try {
    return decodeBase64url(text);
  } catch {
    return undefined;
  }
}

/**
 * The values of the first cookies with a name. A browser that checks a prefix such as __Host- trims no other white
 * space either (RFC 6265bis 5.7).
 */
function valuesOf(header: string, name: string): string[] {
  const values: string[] = [];
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || trimSpaces(pair.slice(0, equals)) !== name) continue;
    values.push(trimSpaces(pair.slice(equals + 1)));
    if (values.length === MAX_SAME_NAME) break;
  }
  return values;
}

function checkCookie({ name, secrets }: Record<'name' | 'secrets', unknown>): {
  readonly name: string;
  readonly secrets: readonly Uint8Array[];
} {
  if (typeof name !== 'string') throw invalidArgType('options.name', 'a string');
  if (!TOKEN.test(name)) throw outOfRange('options.name', 'a token of HTTP');
  if (!Array.isArray(secrets)) throw invalidArgType('options.secrets', 'an array of Uint8Array');
  if (secrets.length === 0 || secrets.length > MAX_SECRETS) {
    throw outOfRange('options.secrets', `1 to ${MAX_SECRETS} secrets`);
  }
  return { name, secrets: Array.from(secrets, checkSecret) };
}

function checkSecret(value: unknown, index: number): Uint8Array {
  const secret = checkBytes('options.secrets', value, index);
  if (secret.length >= MIN_SECRET) return secret;
  throw outOfRange(`options.secrets[${index}]`, `at least ${MIN_SECRET} bytes`);
}

function checkExpires(value: unknown): number {
  if (!(value instanceof Date)) throw invalidArgType('options.expires', 'a Date');
  const time = value.getTime();
  if (time >= 0 && time <= MAX_TIME) return time;
  throw outOfRange('options.expires', 'a date from 1970 to 9999');
}
