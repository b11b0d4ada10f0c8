import { checkBytes, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { Writer } from '../bytes/writer.js';
import { TokenBindingError } from './error.js';
import type { ProtocolVersion } from './provider.js';
import { readerOf } from './structure-reader.js';
import { checkKeyType, type KeyType, keyParametersOf, keyTypeOf } from './types.js';

/** TokenBindingParameters (RFC 8472 2): the body of the TLS extension token_binding (24). */
export interface Negotiation {
  /** The client's highest version, or the version that the server chose. */
  readonly version: ProtocolVersion;
  /**
   * 1 to 255 key types, the preferred one first; a key type without a registered name is a number, 0 to 255. A
   * server's extension has exactly one.
   */
  readonly keyTypes: readonly (KeyType | number)[];
}

/** What one side of a negotiation supports. */
export interface NegotiationSupport {
  /** Every supported protocol version, in any order. RFC 8471 is `{ major: 1, minor: 0 }`. */
  readonly versions: readonly ProtocolVersion[];
  /** The supported key types, the preferred one first. */
  readonly keyTypes: readonly KeyType[];
}

/** What the TLS handshake negotiated besides Token Binding. */
export interface NegotiatingConnection {
  /** The protocol version, as `getProtocol()` of a TLSSocket names it. */
  readonly protocol: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Whether extended_master_secret (RFC 7627) was negotiated. Ignored on TLS 1.3. */
  readonly extendedMasterSecret: boolean;
  /** Whether renegotiation_info (RFC 5746) was negotiated. Ignored on TLS 1.3. */
  readonly renegotiationIndication: boolean;
}

const NEGOTIATION = ['version', 'keyTypes'] as const;
const SUPPORT = ['versions', 'keyTypes'] as const;
const CONNECTION = ['protocol', 'extendedMasterSecret', 'renegotiationIndication'] as const;

/** The result of a successful negotiation (RFC 8472 4). */
export interface Negotiated {
  /** The version that both sides use. */
  readonly version: ProtocolVersion;
  /** The key type of the provided TokenBindings of this connection: `keyType` of `verifyMessage`. */
  readonly keyType: KeyType;
}

/**
 * Encodes the body of the TLS extension token_binding (RFC 8472 2).
 *
 * @returns 2 bytes of version, 1 byte of length and 1 byte for each key type: 4 to 258 bytes
 * @throws TypeError, RangeError for another number of key types than 1 to 255, and for a version or a key type
 * that is not an integer from 0 to 255
 *
 * @example
 * import { encodeNegotiation, offerNegotiation } from 'tokenbinding/wire';
 *
 * const support = { versions: [{ major: 1, minor: 0 }], keyTypes: ['ecdsap256'] };
 * const body = encodeNegotiation(offerNegotiation(support));
 * console.log(Buffer.from(body).toString('hex')); // 01000102
 */
export function encodeNegotiation(negotiation: Negotiation): Uint8Array {
  const { version, keyTypes } = readNegotiation('negotiation', negotiation);
  if (keyTypes.length < 1 || keyTypes.length > 255) {
    throw outOfRange('keyTypes', 'a list of 1 to 255 key types');
  }
  const list = keyTypes.map(toOctet);
  return new Writer(3 + list.length)
    .uint16(versionNumber(version))
    .opaque8(Uint8Array.from(list))
    .finish();
}

/**
 * Decodes the body of the TLS extension token_binding (RFC 8472 2); a byte left over is an error.
 *
 * @throws TypeError for another type than Uint8Array
 * @throws TokenBindingError ERR_TB_MALFORMED with the `path` and `offset` of the first invalid field
 *
 * @example
 * import { decodeNegotiation } from 'tokenbinding/wire';
 *
 * console.log(decodeNegotiation(Buffer.from('01000102', 'hex')));
 * // { version: { major: 1, minor: 0 }, keyTypes: [ 'ecdsap256' ] }
 */
export function decodeNegotiation(body: Uint8Array): Negotiation {
  const reader = readerOf(checkBytes('body', body));
  const major = reader.uint8('token_binding_version.major');
  const minor = reader.uint8('token_binding_version.minor');
  const list = reader.opaque8('key_parameters_list', 1);
  reader.finish('token_binding_parameters');
  return { version: { major, minor }, keyTypes: Array.from(list, keyTypeOf) };
}

/**
 * Makes a client's offer: its highest version and its key types (RFC 8472 2).
 *
 * @throws TypeError, RangeError for a wrong argument, or for no version at all
 *
 * @example
 * import { offerNegotiation } from 'tokenbinding/wire';
 *
 * const offer = offerNegotiation({
 *   versions: [{ major: 1, minor: 0 }],
 *   keyTypes: ['ecdsap256', 'rsa2048_pss'],
 * });
 * console.log(offer.version); // { major: 1, minor: 0 }
 */
export function offerNegotiation(support: NegotiationSupport): Negotiation {
  const { versions, keyTypes } = readSupport('support', support);
  const [version] = [...versions].sort((a, b) => versionNumber(b) - versionNumber(a));
  if (version === undefined) throw outOfRange('versions', 'a list of at least one version');
  return { version, keyTypes };
}

/**
 * Chooses the server's response to an offer (RFC 8472 3): its highest version that does not exceed the client's, and
 * the key type that it prefers among those offered.
 *
 * @returns undefined if the server must not send the extension: without a common version or key type, and on TLS 1.2
 * or older without both extended master secret and renegotiation indication
 * @throws TypeError, RangeError for a wrong argument
 *
 * @example
 * import { encodeNegotiation, selectNegotiation } from 'tokenbinding/wire';
 *
 * const offer = { version: { major: 1, minor: 0 }, keyTypes: ['rsa2048_pss', 'ecdsap256'] };
 * const support = { versions: [{ major: 1, minor: 0 }], keyTypes: ['ecdsap256', 'rsa2048_pss'] };
 * const chosen = selectNegotiation(offer, support, {
 *   protocol: 'TLSv1.2',
 *   extendedMasterSecret: true,
 *   renegotiationIndication: true,
 * });
 * if (chosen) encodeNegotiation({ version: chosen.version, keyTypes: [chosen.keyType] });
 */
export function selectNegotiation(
  offer: Negotiation,
  server: NegotiationSupport,
  connection: NegotiatingConnection,
): Negotiated | undefined {
  if (!isSafe(connection)) return undefined;
  const offered = readNegotiation('offer', offer);
  const { versions, keyTypes } = readSupport('server', server);
  const highest = versionNumber(offered.version);
  const [version] = versions
    .filter((candidate) => versionNumber(candidate) <= highest)
    .sort((a, b) => versionNumber(b) - versionNumber(a));
  const keyType = keyTypes.find((candidate) => offered.keyTypes.includes(candidate));
  return version === undefined || keyType === undefined ? undefined : { version, keyType };
}

/**
 * Checks the server's response on the client (RFC 8472 4).
 *
 * @param response the server's extension; undefined if the server did not send one
 * @param client what the client offered; undefined if it did not send the extension
 * @returns undefined if the server did not send the extension, or chose a lower version than the client supports:
 * the connection continues without Token Binding
 * @throws TypeError, RangeError for a wrong argument
 * @throws TokenBindingError ERR_TB_NEGOTIATION if the client must abort the handshake with the alert
 * unsupported_extension
 *
 * @example
 * import { acceptNegotiation, decodeNegotiation } from 'tokenbinding/wire';
 *
 * const support = { versions: [{ major: 1, minor: 0 }], keyTypes: ['ecdsap256'] };
 * const response = decodeNegotiation(Buffer.from('01000102', 'hex'));
 * const negotiated = acceptNegotiation(response, support, {
 *   protocol: 'TLSv1.2',
 *   extendedMasterSecret: true,
 *   renegotiationIndication: true,
 * });
 * console.log(negotiated?.keyType); // ecdsap256
 */
export function acceptNegotiation(
  response: Negotiation | undefined,
  client: NegotiationSupport | undefined,
  connection: NegotiatingConnection,
): Negotiated | undefined {
  if (response === undefined) return undefined;
  if (client === undefined) throw negotiationError('the client did not send the extension');
  const { version, keyTypes } = readNegotiation('response', response);
  const { versions, keyTypes: offeredKeyTypes } = readSupport('client', client);
  if (versionNumber(version) > versionNumber(offerNegotiation(client).version)) {
    throw negotiationError('the version is higher than the one offered');
  }
  const [keyType, ...others] = keyTypes;
  if (others.length > 0) throw negotiationError('more than one key type was chosen');
  const offered = offeredKeyTypes.find((candidate) => candidate === keyType);
  if (offered === undefined) throw negotiationError('the key type was not offered');
  if (!isSafe(connection)) {
    throw negotiationError(
      'TLS 1.2 and older need both extended master secret and renegotiation indication',
    );
  }
  const spoken = versions.some((candidate) => versionNumber(candidate) === versionNumber(version));
  return spoken ? { version, keyType: offered } : undefined;
}

/** RFC 8472 6: without both extensions TLS 1.2 and older is open to the triple handshake attack. */
function isSafe(connection: NegotiatingConnection): boolean {
  const { protocol, ...safety } = checkOptions('connection', connection, CONNECTION);
  if (protocol === 'TLSv1.3') return true;
  return safety.extendedMasterSecret === true && safety.renegotiationIndication === true;
}

function readNegotiation(name: string, value: unknown): Negotiation {
  const { version, keyTypes } = checkOptions(name, value, NEGOTIATION);
  checkList(`${name}.keyTypes`, keyTypes);
  return { version, keyTypes } as Negotiation;
}

function readSupport(name: string, value: unknown): NegotiationSupport {
  const { versions, keyTypes } = checkOptions(name, value, SUPPORT);
  checkList(`${name}.versions`, versions);
  checkList(`${name}.keyTypes`, keyTypes);
  return { versions, keyTypes } as NegotiationSupport;
}

function checkList(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw invalidArgType(name, 'an array');
}

/** The two octets of a version as one number, for comparing and encoding. */
function versionNumber(version: ProtocolVersion): number {
  const { major, minor } = checkOptions('version', version, ['major', 'minor']);
  return checkOctet('version.major', major) * 256 + checkOctet('version.minor', minor);
}

function toOctet(keyType: KeyType | number): number {
  if (typeof keyType === 'number') return checkOctet('keyTypes', keyType);
  return keyParametersOf(checkKeyType('keyTypes', keyType));
}

function checkOctet(name: string, value: unknown): number {
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (!Number.isInteger(value) || value < 0 || value > 255) {
    throw outOfRange(name, 'an integer from 0 to 255');
  }
  return value;
}

function negotiationError(problem: string): TokenBindingError {
  const message = `the client must reject the server's Token Binding extension: ${problem}`;
  return new TokenBindingError('ERR_TB_NEGOTIATION', message);
}
