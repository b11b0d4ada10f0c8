import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../../../bytes/check.js';
import type { AnyRequest } from '../../server/frameworks.js';
import { isHttp2 } from '../../server/is-http2.js';
import { matchAddress } from '../../server/match-address.js';

/**
 * What a reverse proxy adds to a request.
 *
 * - `identifiers`: the identifiers of the bindings that it has verified, in Sec-Provided-Token-Binding-ID,
 *   Sec-Referred-Token-Binding-ID and Sec-Other-Token-Binding-ID (draft-ietf-tokbind-ttrp-09). The message is removed.
 * - `context`: the keying material and the key type of the client's connection, in Sec-Token-Binding-Context
 *   (draft-campbell-tokbind-tls-term-00). The message stays, and the backend verifies it.
 */
export type ProxyFields = 'identifiers' | 'context';

/**
 * A reverse proxy whose fields are trusted. It has `certificate`, `address`, or both, and then both must match. Whoever
 * can send as this peer can claim any key.
 */
export interface ReverseProxy {
  /**
   * The SHA-256 fingerprint of the certificate with which the proxy authenticates to this server, as in
   * `X509Certificate.fingerprint256`: 32 bytes in hexadecimal with colons. The server needs `requestCert: true`.
   */
  readonly certificate?: string | undefined;
  /** The IP address of the proxy. Only for a network where nobody else can use it. */
  readonly address?: string | undefined;
  /** What this proxy adds. Default `identifiers`. */
  readonly fields?: ProxyFields | undefined;
}

/** Finds the entry of the options for the peer that a request comes from. */
export type FindProxy = (request: AnyRequest) => ProxyFields | undefined;

interface NamedProxy {
  readonly fields: ProxyFields;
  matches(socket: Socket): boolean;
}

const OPTIONS = ['certificate', 'address', 'fields'] as const;
const FINGERPRINT = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;

export function checkProxyFields(name: string, value: unknown = 'identifiers'): ProxyFields {
  return checkOneOf(name, value, ['identifiers', 'context']);
}

/** @throws TypeError, RangeError for a wrong entry */
export function checkReverseProxies(value: unknown): FindProxy | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalidArgType('options.reverseProxies', 'an array');
  const proxies = Array.from(value, (entry, index) =>
    checkReverseProxy(`options.reverseProxies[${index}]`, entry),
  );
  return (request) => {
    try {
      const socket = socketOf(request);
      return proxies.find((proxy) => socket !== undefined && proxy.matches(socket))?.fields;
    } catch {
      // Node throws while it detaches the socket of an HTTP/2 session.
      return undefined;
    }
  };
}

function checkReverseProxy(name: string, value: unknown): NamedProxy {
  const { certificate, address, fields } = checkOptions(name, value, OPTIONS);
  if (certificate === undefined && address === undefined) {
    throw invalidArgType(name, 'an object with certificate or address');
  }
  const hasCertificate = matchCertificate(`${name}.certificate`, certificate);
  const hasAddress = address === undefined ? always : checkAddress(`${name}.address`, address);
  return {
    fields: checkProxyFields(`${name}.fields`, fields),
    matches: (socket) => hasAddress(socket) && hasCertificate(socket),
  };
}

const always = (): boolean => true;

function checkAddress(name: string, address: unknown): (socket: Socket) => boolean {
  if (typeof address !== 'string') throw invalidArgType(name, 'a string');
  return matchAddress([address], () => name);
}

function matchCertificate(name: string, value: unknown): (socket: Socket) => boolean {
  if (value === undefined) return always;
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  const wanted = value.toUpperCase();
  if (!FINGERPRINT.test(wanted)) {
    throw outOfRange(name, 'a SHA-256 fingerprint: 32 bytes in hexadecimal with colons');
  }
  return (socket) => socket instanceof TLSSocket && fingerprintOf(socket) === wanted;
}

const fingerprints = new WeakMap<TLSSocket, string>();

/** The fingerprint of the certificate whose private key the peer has proven; '' if there is none. */
function fingerprintOf(socket: TLSSocket): string {
  let fingerprint = fingerprints.get(socket);
  if (fingerprint === undefined) {
    fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? '';
    fingerprints.set(socket, fingerprint);
  }
  return fingerprint;
}

function socketOf(request: AnyRequest): Socket | undefined {
  return isHttp2(request) ? request.stream?.session?.socket : request.socket;
}
