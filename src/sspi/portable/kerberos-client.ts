import { DEFAULT_TIMEOUT } from '../credentials-arguments.js';
import { SspiError } from '../error.js';
import { unsupported } from '../failure.js';
import { defaultCacheName } from '../kerberos/ccache/cache-name.js';
import type { Logon } from '../kerberos/client/as-exchange.js';
import { CacheOrigin } from '../kerberos/client/cache-origin.js';
import { clientPrincipal } from '../kerberos/client/client-principal.js';
import { type ClientSecret, KeySecret, PasswordSecret } from '../kerberos/client/client-secret.js';
import { ClientTickets } from '../kerberos/client/client-tickets.js';
import { KerberosClient } from '../kerberos/client/handshake.js';
import { KdcConnection } from '../kerberos/client/kdc-connection.js';
import { loadClientKeys } from '../kerberos/client/load-client-keys.js';
import { LogonOrigin } from '../kerberos/client/logon-origin.js';
import { requestedEtypes } from '../kerberos/client/requested-etypes.js';
import type { TicketSource } from '../kerberos/client/ticket-source.js';
import type { KerberosConfiguration } from '../kerberos/configuration/configuration.js';
import { loadConfiguration } from '../kerberos/configuration/load-configuration.js';
import { findEtype, isWeakEtype, type WeakEtypeName } from '../kerberos/crypto/etypes.js';
import { ProtocolKey } from '../kerberos/crypto/protocol-key.js';
import type { Principal } from '../kerberos/messages/principal-name.js';
import type { CheckedOutbound, NamedIdentity } from '../provider.js';
import type { InitiatorSource } from './sources.js';

/**
 * Opens what a Kerberos client gets its tickets from, and logs on.
 *
 * @throws SspiError with the reason of the KDC
 */
export async function openKerberosClient(request: CheckedOutbound): Promise<InitiatorSource> {
  const tickets = await openTicketSource(request);
  return {
    name: 'Kerberos',
    start: (options) => new KerberosClient(tickets, options),
    close: () => tickets.close(),
  };
}

async function openTicketSource({
  package: info,
  identity,
  kerberos,
}: CheckedOutbound): Promise<TicketSource> {
  if (identity?.workstation && info.name === 'Kerberos') {
    throw unsupported('Kerberos sends no workstation');
  }
  const configuration = await loadConfiguration(kerberos?.configFile);
  const connection = new KdcConnection(configuration, kerberos?.timeout ?? DEFAULT_TIMEOUT);
  const weak = (kerberos?.allowWeak ?? []).filter(isWeakEtype);
  if (identity?.user === undefined) {
    const name = identity?.credentialCache ?? defaultCacheName(configuration);
    const origin = await CacheOrigin.open(name, weak);
    return new ClientTickets({ configuration, connection, origin });
  }
  const logon = await logonOf(identity, configuration, weak);
  const origin = new LogonOrigin(connection, logon);
  const tickets = new ClientTickets({ configuration, connection, origin });
  try {
    await tickets.logOn();
  } catch (error) {
    tickets.close();
    throw error;
  }
  return tickets;
}

async function logonOf(
  identity: NamedIdentity,
  configuration: KerberosConfiguration,
  allowWeak: readonly WeakEtypeName[],
): Promise<Logon> {
  const client = clientPrincipal(identity, configuration);
  const requested = requestedEtypes(configuration, allowWeak);
  const secret = await secretOf(identity, client, allowWeak);
  const own = requested.filter((number) => secret.hasKey(number));
  // The others can be those of session keys. The KDC encrypts its reply with the first one that the account has.
  const etypes = [...own, ...requested.filter((number) => !own.includes(number))];
  if (own.length > 0) {
    return { client, secret, etypes, allowWeak, lifetime: configuration.ticketLifetime };
  }
  secret.close();
  const problem =
    'the client has no key with an encryption type that is permitted: see permitted_enctypes and allowWeak';
  throw new SspiError('SEC_E_NO_CREDENTIALS', problem);
}

async function secretOf(
  { password, ntHash, keytab }: NamedIdentity,
  client: Principal,
  allowWeak: readonly WeakEtypeName[],
): Promise<ClientSecret> {
  if (password !== undefined) return new PasswordSecret(password);
  if (keytab !== undefined) return loadClientKeys(keytab, client);
  const etype = findEtype(RC4_HMAC, allowWeak);
  if (etype !== undefined) return new KeySecret([new ProtocolKey(etype, ntHash)]);
  throw unsupported('an NT hash is a key of rc4-hmac: allow it in kerberos.allowWeak');
}

const RC4_HMAC = 23;
