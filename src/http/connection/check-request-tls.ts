import { checkServerIdentity } from 'node:tls';
import { invalidArgType } from '../../bytes/check.js';

type Values = Readonly<Record<string, unknown>>;

const NAMES = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'crl',
  'secureContext',
  'secureProtocol',
  'minVersion',
  'maxVersion',
  'ciphers',
  'rejectUnauthorized',
  'servername',
  'checkServerIdentity',
];

/**
 * A connection is verified by the options of its agent alone. Other ones of a request would have no effect, and the
 * application would rely on them. Clients such as got pass the defaults of Node in each request.
 *
 * @param servername that the agent sends without an option of its own
 * @throws TypeError for an option of TLS that differs from the agent's one and from the default
 */
export function checkRequestTls(request: object, agent: object, servername: string): void {
  const own = request as Values;
  const defaults: Values = { rejectUnauthorized: true, servername, checkServerIdentity };
  const known: Values = { ...defaults, ...agent };
  const changed = NAMES.find((name) => own[name] !== undefined && own[name] !== known[name]);
  if (changed === undefined) return;
  throw invalidArgType(changed, 'absent: the options of TLS belong to the agents');
}
