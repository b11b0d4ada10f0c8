import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../../../bytes/check.js';
import { checkContextFlags } from '../../../sspi/arguments.js';
import type { ContextFlag } from '../../../sspi/context-options.js';
import type { Sspi } from '../../../sspi/interface.js';
import { openSspi } from '../../../sspi/open.js';
import { destinationOf } from '../../connection/destination.js';
import type { Destination } from '../../connection/hooks.js';
import { checkCredentials } from './check-credentials.js';
import { checkTls, rejectTlsOptions, type TlsOptions } from './check-tls.js';
import type { CredentialSource } from './credential-source.js';
import type { ClientEvent } from './events.js';
import type { ChannelBindingChoice } from './options.js';

/** The proxy of {@link ClientSettings}. */
export interface ProxySettings {
  readonly destination: Destination;
  /** Absent for a proxy that asks for no authentication. */
  readonly source: CredentialSource | undefined;
  readonly target: string;
}

/** The options of a client, with their defaults. */
export interface ClientSettings {
  readonly origins: readonly Destination[];
  readonly source: CredentialSource;
  readonly target: (origin: Destination) => string;
  readonly channelBindings: ChannelBindingChoice;
  readonly flags: readonly ContextFlag[];
  readonly proxy: ProxySettings | undefined;
  readonly isForOneRequest: boolean;
  readonly probe: { readonly method: string; readonly path: string | undefined };
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly maxSockets: number;
  readonly tls: TlsOptions;
  /** The class Agent of an undici. */
  readonly Agent: unknown;
  readonly onEvent: (event: ClientEvent) => void;
}

const NAMES = [
  'origins',
  'sspi',
  'credentials',
  'identity',
  'package',
  'target',
  'channelBindings',
  'flags',
  'proxy',
  'authenticate',
  'probe',
  'timeout',
  'signal',
  'maxSockets',
  'tls',
  'undici',
  'onEvent',
] as const;
const TIMEOUT = 30_000;
/** The longest time of a timer, in milliseconds. */
const MAX_TIMEOUT = 0x7fffffff;

/**
 * @throws TypeError, RangeError for a wrong option; the error never contains its value
 * @throws SspiError SEC_E_SECPKG_NOT_FOUND; errors of {@link openSspi}
 */
export function checkClientOptions(value: unknown): ClientSettings {
  rejectTlsOptions(value);
  const options = checkOptions('options', value, NAMES);
  const { identity, credentials, package: name, channelBindings = 'auto' } = options;
  const { authenticate = 'connection', timeout = TIMEOUT, onEvent = () => {} } = options;
  const origins = checkOrigins(options.origins);
  const bindings = checkOneOf('options.channelBindings', channelBindings, CHOICES);
  if (bindings === 'require' && origins.some(({ protocol }) => protocol === 'http:')) {
    throw outOfRange('options.origins', "https: only with channelBindings: 'require'");
  }
  if (typeof onEvent !== 'function') throw invalidArgType('options.onEvent', 'a function');
  const sspi = checkSspi(options.sspi, credentials);
  const source = checkCredentials('options', sspi, { identity, credentials, package: name });
  return {
    origins,
    source,
    target: checkTarget(options.target),
    channelBindings: bindings,
    flags: checkFlags(options.flags, source),
    proxy: options.proxy === undefined ? undefined : checkProxy(options.proxy, sspi),
    isForOneRequest: checkOneOf('options.authenticate', authenticate, UNITS) === 'request',
    probe: checkProbe(options.probe),
    timeout: checkInteger('options.timeout', timeout, MAX_TIMEOUT),
    signal: checkSignal(options.signal),
    maxSockets: checkMaxSockets(options.maxSockets),
    tls: checkTls(options.tls),
    Agent: checkUndici(options.undici),
    onEvent: onEvent as (event: ClientEvent) => void,
  };
}

const CHOICES = ['require', 'auto', 'omit'] as const;
const UNITS = ['connection', 'request'] as const;
const METHODS = ['HEAD', 'GET', 'OPTIONS'] as const;

function checkOrigins(value: unknown): Destination[] {
  if (!Array.isArray(value)) throw invalidArgType('options.origins', 'an array of strings');
  if (value.length === 0) throw outOfRange('options.origins', 'at least one origin');
  return Array.from(value, (item, index) =>
    checkOrigin(`options.origins[${index}]`, item, ['http:', 'https:']),
  );
}

/** @throws RangeError that leaves the value out: a URL may contain a password */
function checkOrigin(name: string, value: unknown, protocols: readonly string[]): Destination {
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin = url !== undefined && url.href === `${url.origin}/`;
  if (!isOrigin || /[?#]$|\*/.test(value) || !protocols.includes(url.protocol)) {
    const example = `${protocols.at(-1)}//www.example.com`;
    const wanted = `an origin such as ${example}, without a path or wildcard`;
    throw outOfRange(name, `${wanted}, with ${protocols.join(' or ')}`);
  }
  return destinationOf(url);
}

function checkSspi(value: unknown, credentials: unknown): Sspi {
  if (value === undefined && credentials !== undefined) {
    throw invalidArgType('options.sspi', 'the openSspi() that credentials come from');
  }
  if (value === undefined) return openSspi();
  const isSspi =
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Sspi>).initializeSecurityContext === 'function';
  if (!isSspi) throw invalidArgType('options.sspi', 'the result of openSspi()');
  return value as Sspi;
}

function checkTarget(value: unknown): (origin: Destination) => string {
  if (value === undefined) return defaultTarget;
  if (typeof value !== 'function') {
    const target = checkTargetText('options.target', value);
    return () => target;
  }
  return ({ origin }) => checkTargetText('the result of options.target', value(new URL(origin)));
}

/** Without a port, as servers are registered. An address stays as it is (RFC 4559 4.1, SPN of Windows). */
function defaultTarget({ hostname }: Destination): string {
  return `HTTP/${hostname}`;
}

function checkTargetText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  if (value.length < 1 || value.length > 1024 || value.includes('\0')) {
    throw outOfRange(name, '1 to 1024 characters without a NUL');
  }
  return value;
}

function checkFlags(value: unknown, { packageName }: CredentialSource): readonly ContextFlag[] {
  if (value === undefined) {
    return packageName === 'Kerberos' ? ['integrity', 'mutual-auth'] : ['integrity'];
  }
  const flags = checkContextFlags('options.flags', value);
  if (flags.includes('datagram')) throw outOfRange('options.flags', "without 'datagram'");
  return flags;
}

function checkProxy(value: unknown, sspi: Sspi): ProxySettings {
  if (typeof value === 'string') {
    const destination = checkOrigin('options.proxy', value, ['http:']);
    return { destination, source: undefined, target: defaultTarget(destination) };
  }
  const name = 'options.proxy';
  const proxy = checkOptions(name, value, ['url', 'identity', 'credentials', 'package', 'target']);
  const destination = checkOrigin(`${name}.url`, proxy.url, ['http:']);
  const { target = defaultTarget(destination) } = proxy;
  return {
    destination,
    source: checkCredentials(name, sspi, proxy),
    target: checkTargetText(`${name}.target`, target),
  };
}

function checkProbe(value: unknown): ClientSettings['probe'] {
  if (value === undefined) return { method: 'HEAD', path: undefined };
  const { method = 'HEAD', path } = checkOptions('options.probe', value, ['method', 'path']);
  const checked = checkOneOf('options.probe.method', method, METHODS);
  if (path === undefined) return { method: checked, path };
  if (typeof path !== 'string') throw invalidArgType('options.probe.path', 'a string');
  // The path becomes a part of the request line.
  if (!/^\/[\x21-\x22\x24-\x7e]*$/.test(path)) {
    throw outOfRange('options.probe.path', 'a path that starts with /, without spaces and #');
  }
  return { method: checked, path };
}

function checkSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw invalidArgType('options.signal', 'an AbortSignal');
}

function checkMaxSockets(value: unknown = Number.POSITIVE_INFINITY): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  return checkInteger('options.maxSockets', value, Number.MAX_SAFE_INTEGER);
}

function checkInteger(name: string, value: unknown, most: number): number {
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw outOfRange(name, `an integer from 1 to ${most}`);
  }
  return value;
}

function checkUndici(value: unknown): unknown {
  if (value === undefined) return undefined;
  const isModule = typeof value === 'object' && value !== null;
  // A module of undici has many names besides.
  const { Agent } = isModule ? (value as { Agent?: unknown }) : {};
  if (typeof Agent !== 'function') throw invalidArgType('options.undici.Agent', 'a class');
  return Agent;
}
