import type { ConnectionOptions } from 'node:tls';

/** The options of `node:tls` that the option `tls` takes. */
export type ClientTlsOptions = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'key'
  | 'pfx'
  | 'passphrase'
  | 'rejectUnauthorized'
  | 'servername'
  | 'minVersion'
  | 'maxVersion'
  | 'ciphers'
  | 'checkServerIdentity'
>;

/** The class Agent of an undici. */
export type UndiciAgentClass<D> = new (options: never) => D;
