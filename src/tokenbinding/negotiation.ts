import { checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { Writer } from '../bytes/writer.js';
import { TokenBindingError } from '../errors.js';
import type { ProtocolVersion } from './provider.js';
import { readerOf } from './structure-reader.js';
import { checkKeyType, type KeyType, keyParametersOf, keyTypeOf } from './types.js';

/** TokenBindingParameters: the body of the TLS extension token_binding (24), RFC 8472 2. */
export interface Negotiation {
  readonly version: ProtocolVersion;
  /** 1 to 255 key types, the preferred first; one without a name is its number. */
  readonly keyTypes: readonly (KeyType | number)[];
}

/** What one side of a negotiation can do. */
export interface NegotiationSupport {
  /** The protocol versions this side speaks. */
  readonly versions: readonly ProtocolVersion[];
  /** The key types this side can use, the preferred first. */
  readonly keyTypes: readonly KeyType[];
}

/** What the TLS handshake around a negotiation has settled. */
export interface NegotiatingConnection {
  readonly protocol: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** extended_master_secret (RFC 7627); TLS 1.3 needs none. */
  readonly extendedMasterSecret: boolean;
  /** renegotiation_info (RFC 5746); TLS 1.3 needs none. */
  readonly renegotiationIndication: boolean;
}

const NEGOTIATION = ['version', 'keyTypes'] as const;
const SUPPORT = ['versions', 'keyTypes'] as const;
const CONNECTION = ['protocol', 'extendedMasterSecret', 'renegotiationIndication'] as const;

/** The outcome that holds for the connection (RFC 8472 4). */
export interface Negotiated {
  readonly version: ProtocolVersion;
  readonly keyType: KeyType;
}

/**
 * Encodes the extension's body: two octets of version, then `key_parameters_list<1..2^8-1>`.
 *
 * @throws TypeError, RangeError unless version and key types are octets, and the latter 1 to 255
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
 * Decodes the extension's body; a byte left over is an error.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeNegotiation(body: Uint8Array): Negotiation {
  const reader = readerOf(body);
  const major = reader.uint8('token_binding_version.major');
  const minor = reader.uint8('token_binding_version.minor');
  const list = reader.opaque8('key_parameters_list', 1);
  reader.finish('token_binding_parameters');
  return { version: { major, minor }, keyTypes: Array.from(list, keyTypeOf) };
}

/** A client's offer: its highest version and its key types (RFC 8472 2). */
export function offerNegotiation(support: NegotiationSupport): Negotiation {
  const { versions, keyTypes } = readSupport('support', support);
  const [version] = [...versions].sort((a, b) => versionNumber(b) - versionNumber(a));
  if (version === undefined) throw outOfRange('versions', 'a list of at least one version');
  return { version, keyTypes };
}

/**
 * The server's answer to an offer (RFC 8472 3): its highest version that is not above the client's,
 * and the key type it likes best among those offered. Undefined where the server must leave the
 * extension out: no common version or key type, or TLS 1.2 and older without both extended master
 * secret and renegotiation indication.
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
 * What a client makes of the server's answer (RFC 8472 4). Undefined: the server left the extension
 * out, or chose a version below those the client speaks; the connection goes on without Token Binding.
 *
 * @throws TokenBindingError ERR_TB_NEGOTIATION where the client must abort the handshake with the
 * alert unsupported_extension
 */
export function acceptNegotiation(
  answer: Negotiation | undefined,
  client: NegotiationSupport | undefined,
  connection: NegotiatingConnection,
): Negotiated | undefined {
  if (answer === undefined) return undefined;
  if (client === undefined) throw negotiationError('the client did not offer Token Binding');
  const { version, keyTypes } = readNegotiation('answer', answer);
  const { versions, keyTypes: offeredKeyTypes } = readSupport('client', client);
  if (versionNumber(version) > versionNumber(offerNegotiation(client).version)) {
    throw negotiationError('the version is higher than the one offered');
  }
  const [keyType, ...others] = keyTypes;
  if (others.length > 0) throw negotiationError('more than one key type was chosen');
  const offered = offeredKeyTypes.find((candidate) => candidate === keyType);
  if (offered === undefined) throw negotiationError('the key type was not offered');
  if (!isSafe(connection)) {
    throw negotiationError('there is no extended master secret with renegotiation indication');
  }
  const spoken = versions.some((candidate) => versionNumber(candidate) === versionNumber(version));
  return spoken ? { version, keyType: offered } : undefined;
}

/** RFC 8472 6: without both, TLS 1.2 and older is open to the triple handshake attack. */
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

/** The version's two octets as one number. */
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
    throw outOfRange(name, 'a whole number from 0 to 255');
  }
  return value;
}

function negotiationError(problem: string): TokenBindingError {
  const message = `the server's Token Binding negotiation must be refused: ${problem}`;
  return new TokenBindingError('ERR_TB_NEGOTIATION', message);
}
