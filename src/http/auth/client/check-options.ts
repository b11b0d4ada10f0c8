import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../../../bytes/check.js';
import type { ContextFlag } from '../../../sspi/context-options.js';
import type { Sspi } from '../../../sspi/interface.js';
import { openSspi } from '../../../sspi/open.js';
import {
  checkMaxSockets,
  checkOrigin,
  checkOrigins,
  checkSignal,
  checkTimeout,
  checkUndici,
} from '../../connection/check-agent-options.js';
import { checkTls, rejectTlsOptions, type TlsOptions } from '../../connection/check-tls.js';
import type { Destination } from '../../connection/hooks.js';
import { type CredentialOptions, checkCredentials } from './check-credentials.js';
import { checkFlags, problemOfOpen } from './check-flags.js';
import type { CredentialSource } from './credential-source.js';
import type { ClientEvent } from './events.js';
import type { AuthenticationScope, ChannelBindingChoice } from './options.js';

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
  /** Why a server that requires no authentication gets no request; undefined if it gets requests. */
  readonly problemOfOpen: string | undefined;
  readonly proxy: ProxySettings | undefined;
  readonly authenticate: AuthenticationScope;
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
  'negotiate',
  'kerberos',
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

/**
 * @throws TypeError, RangeError for a wrong option; the error never contains its value
 * @throws SspiError SEC_E_SECPKG_NOT_FOUND; errors of {@link openSspi}
 */
export function checkClientOptions(value: unknown): ClientSettings {
  rejectTlsOptions(value);
  const options = checkOptions('options', value, NAMES);
  const { channelBindings = 'auto', authenticate = 'auto', onEvent = () => {} } = options;
  const origins = checkOrigins(options.origins, ['http:', 'https:']);
  const bindings = checkOneOf('options.channelBindings', channelBindings, CHOICES);
  if (bindings === 'require' && origins.some(({ protocol }) => protocol === 'http:')) {
    throw outOfRange('options.origins', "https: only with channelBindings: 'require'");
  }
  const scope = checkOneOf('options.authenticate', authenticate, SCOPES);
  if (typeof onEvent !== 'function') throw invalidArgType('options.onEvent', 'a function');
  const sspi = checkSspi(options.sspi, options.credentials);
  const source = checkCredentials('options', sspi, pickCredentials(options));
  const flags = checkFlags(options.flags, source, scope);
  return {
    origins,
    source,
    target: checkTarget(options.target),
    channelBindings: bindings,
    flags,
    problemOfOpen: problemOfOpen(options.flags === undefined ? [] : flags, bindings),
    proxy: options.proxy === undefined ? undefined : checkProxy(options.proxy, sspi),
    authenticate: scope,
    probe: checkProbe(options.probe),
    timeout: checkTimeout(options.timeout),
    signal: checkSignal(options.signal),
    maxSockets: checkMaxSockets(options.maxSockets),
    tls: checkTls(options.tls),
    Agent: checkUndici(options.undici),
    onEvent: onEvent as (event: ClientEvent) => void,
  };
}

function pickCredentials(options: Readonly<CredentialOptions>): CredentialOptions {
  const { identity, credentials, package: name, negotiate, kerberos } = options;
  return { identity, credentials, package: name, negotiate, kerberos };
}

const CHOICES = ['require', 'auto', 'omit'] as const;
const SCOPES = ['auto', 'connection', 'request'] as const;
const METHODS = ['HEAD', 'GET', 'OPTIONS'] as const;

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

function checkProxy(value: unknown, sspi: Sspi): ProxySettings {
  if (typeof value === 'string') {
    const destination = checkOrigin('options.proxy', value, ['http:']);
    return { destination, source: undefined, target: defaultTarget(destination) };
  }
  const name = 'options.proxy';
  const proxy = checkOptions(name, value, [
    'url',
    'identity',
    'credentials',
    'package',
    'negotiate',
    'kerberos',
    'target',
  ]);
  const destination = checkOrigin(`${name}.url`, proxy.url, ['http:']);
  const { target = defaultTarget(destination) } = proxy;
  return {
    destination,
    source: checkCredentials(name, sspi, pickCredentials(proxy)),
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
