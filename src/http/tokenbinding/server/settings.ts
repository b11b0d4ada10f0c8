import type { TLSSocket } from 'node:tls';
import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../../../bytes/check.js';
import type { TokenBindingProvider } from '../../../tokenbinding/token-binding-provider.js';
import { checkKeyType, type KeyType } from '../../../tokenbinding/types.js';
import { checkBoolean, checkFunction, checkSynchronous } from '../../server/check-options.js';
import { checkProvider } from '../check-provider.js';
import { checkReverseProxies, type FindProxy } from '../ttrp/reverse-proxies.js';
import type { Tls12Policy, TokenBindingOptions } from './options.js';

/** Checked options of a verification. */
export interface VerifySettings {
  readonly provider: TokenBindingProvider;
  readonly keyType: KeyType;
  readonly negotiated: ((socket: TLSSocket) => unknown) | undefined;
  readonly required: boolean;
  readonly tls12: Tls12Policy;
  readonly maxTokenBindings: number;
  /** Undefined if no proxy adds fields. */
  readonly findProxy: FindProxy | undefined;
}

/** Checked {@link TokenBindingOptions}. */
export interface Settings extends VerifySettings {
  readonly onRejected: TokenBindingOptions['onRejected'];
}

export const VERIFY_OPTIONS = [
  'tokenBinding',
  'keyType',
  'negotiated',
  'required',
  'tls12',
  'maxTokenBindings',
  'reverseProxies',
] as const;
const OPTIONS = [...VERIFY_OPTIONS, 'onRejected'] as const;
const TLS12_POLICIES = ['refuse', 'require-ems', 'accept'] as const;
/** So many P-256 bindings have about the length of the longest field. */
const MOST_BINDINGS = 15;

/** @throws TypeError, RangeError for a wrong option */
export function checkVerifyOptions(value: unknown): VerifySettings {
  return readVerifyOptions(checkOptions('options', value, VERIFY_OPTIONS));
}

/** @throws TypeError, RangeError for a wrong option */
export function checkTokenBindingOptions(value: unknown): Settings {
  const options = checkOptions('options', value, OPTIONS);
  return {
    ...readVerifyOptions(options),
    onRejected: checkFunction('onRejected', options.onRejected),
  };
}

export function readVerifyOptions(
  options: Record<(typeof VERIFY_OPTIONS)[number], unknown>,
): VerifySettings {
  const { keyType = 'ecdsap256', required = false, tls12 = 'refuse' } = options;
  const negotiated = checkSynchronous<TLSSocket, unknown>('negotiated', options.negotiated);
  if (negotiated !== undefined && options.keyType !== undefined) {
    throw outOfRange('options.keyType', 'absent with negotiated');
  }
  return {
    provider: checkProvider(options.tokenBinding, 'verifyMessage'),
    keyType: checkKeyType('options.keyType', keyType),
    negotiated,
    required: checkBoolean('options.required', required),
    tls12: checkOneOf('options.tls12', tls12, TLS12_POLICIES),
    maxTokenBindings: checkMaximum(options.maxTokenBindings),
    findProxy: checkReverseProxies(options.reverseProxies),
  };
}

function checkMaximum(value: unknown = 4): number {
  const name = 'options.maxTokenBindings';
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (Number.isInteger(value) && value >= 1 && value <= MOST_BINDINGS) return value;
  throw outOfRange(name, `an integer from 1 to ${MOST_BINDINGS}`);
}
