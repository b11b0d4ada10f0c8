import { constants } from 'node:crypto';
import { checkOptions, invalidArgType } from '../../../bytes/check.js';
import { checkTarget } from '../../../tokenbinding/arguments.js';
import type { TokenBindingProvider } from '../../../tokenbinding/token-binding-provider.js';
import { checkKeyType, type KeyType } from '../../../tokenbinding/types.js';
import {
  checkMaxSockets,
  checkOrigins,
  checkSignal,
  checkTimeout,
  checkUndici,
} from '../../connection/check-agent-options.js';
import { checkTls, rejectTlsOptions, type TlsOptions } from '../../connection/check-tls.js';
import { checkProvider } from '../check-provider.js';

/** A checked token consumer. */
export interface Referred {
  readonly targetUrl: string;
  readonly keyType: KeyType;
}

/** The options of agents, with their defaults. */
export interface ClientSettings {
  readonly keyType: KeyType;
  /** The origins with Token Binding. Undefined: all. */
  readonly origins: ReadonlySet<string> | undefined;
  readonly provider: TokenBindingProvider;
  readonly referred: Referred | undefined;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly maxSockets: number;
  readonly tls: TlsOptions;
  /** The class Agent of an undici. */
  readonly Agent: unknown;
}

const NAMES = [
  'keyType',
  'origins',
  'tokenBinding',
  'referred',
  'timeout',
  'signal',
  'maxSockets',
  'tls',
  'undici',
] as const;

/** The keying material of a connection must not change (RFC 8473 3): the server could ask for it on TLS 1.2. */
const TLS = {
  minVersion: 'TLSv1.3',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;

/** @throws TypeError, RangeError for a wrong option */
export function checkBoundAgentsOptions(value: unknown): ClientSettings {
  rejectTlsOptions(value);
  const options = checkOptions('options', value, NAMES);
  const keyType = checkKeyType('options.keyType', options.keyType ?? 'ecdsap256');
  const referred = checkReferred(options.referred, keyType);
  if (referred !== undefined && options.origins === undefined) {
    throw invalidArgType('options.origins', 'present with referred');
  }
  return {
    keyType,
    origins: options.origins === undefined ? undefined : checkBoundOrigins(options.origins),
    provider: checkProvider(options.tokenBinding, 'generateBinding'),
    referred,
    timeout: checkTimeout(options.timeout),
    signal: checkSignal(options.signal),
    maxSockets: checkMaxSockets(options.maxSockets),
    tls: checkTls(options.tls, TLS),
    Agent: checkUndici(options.undici),
  };
}

function checkBoundOrigins(value: unknown): ReadonlySet<string> {
  return new Set(checkOrigins(value, ['https:']).map(({ origin }) => origin));
}

function checkReferred(value: unknown, keyType: KeyType): Referred | undefined {
  if (value === undefined) return undefined;
  const name = 'options.referred';
  if (typeof value === 'string') return { targetUrl: checkTarget(name, value).url, keyType };
  const own = checkOptions(name, value, ['targetUrl', 'keyType']);
  const target = checkTarget(`${name}.targetUrl`, own.targetUrl);
  return {
    targetUrl: target.url,
    keyType: own.keyType === undefined ? keyType : checkKeyType(`${name}.keyType`, own.keyType),
  };
}
