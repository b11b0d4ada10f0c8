import { type ConnectionOptions, createSecureContext, type SecureContextOptions } from 'node:tls';
import { checkOptions, invalidArgType } from '../../bytes/check.js';

/** Options of `tls.connect`, with a secure context in place of keys and certificates. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'secureContext' | 'rejectUnauthorized' | 'servername' | 'checkServerIdentity'
>;

const CONTEXT = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'minVersion',
  'maxVersion',
  'ciphers',
] as const;
const OTHERS = ['rejectUnauthorized', 'servername', 'checkServerIdentity'] as const;
const NAMES = [...CONTEXT, ...OTHERS] as const;

/** @throws TypeError for an option of TLS beside the other options, where `node:https` and `node:tls` have it */
export function rejectTlsOptions(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const name = NAMES.find((own) => Object.hasOwn(value, own));
  if (name !== undefined) throw invalidArgType(`options.${name}`, 'absent: it belongs in tls');
}

/**
 * Makes the secure context at once: wrong keys are found before the first connection, and no agent keeps a key or a
 * passphrase where `inspect` shows it.
 *
 * @param defaults of the secure context
 * @throws TypeError for a wrong option; errors of `tls.createSecureContext`
 */
export function checkTls(value: unknown, defaults: SecureContextOptions = {}): TlsOptions {
  const options = checkOptions('options.tls', value === undefined ? {} : value, NAMES);
  const { rejectUnauthorized, servername, checkServerIdentity } = options;
  if (rejectUnauthorized !== undefined && typeof rejectUnauthorized !== 'boolean') {
    throw invalidArgType('options.tls.rejectUnauthorized', 'a boolean');
  }
  if (servername !== undefined && typeof servername !== 'string') {
    throw invalidArgType('options.tls.servername', 'a string');
  }
  if (checkServerIdentity !== undefined && typeof checkServerIdentity !== 'function') {
    throw invalidArgType('options.tls.checkServerIdentity', 'a function');
  }
  const own = CONTEXT.map((name) => [name, options[name]]);
  const context = { ...defaults, ...definedOnly(Object.fromEntries(own)) };
  const isDefault = Object.keys(context).length === 0;
  return definedOnly({
    secureContext: isDefault ? undefined : createSecureContext(context),
    rejectUnauthorized,
    servername,
    checkServerIdentity,
  }) as TlsOptions;
}

/** `tls.connect` takes an undefined property for a value. */
function definedOnly(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
