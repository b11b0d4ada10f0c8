import { logOn } from '../src/sspi/kerberos/client/as-exchange.js';
import { KeySecret, PasswordSecret } from '../src/sspi/kerberos/client/client-secret.js';
import { grantingName, type KdcTicket } from '../src/sspi/kerberos/client/kdc-ticket.js';
import { requestServiceTicket } from '../src/sspi/kerberos/client/tgs-exchange.js';
import { ProtocolKey } from '../src/sspi/kerberos/crypto/protocol-key.js';
import type { PrincipalName } from '../src/sspi/kerberos/messages/principal-name.js';
import { isSameName } from '../src/sspi/kerberos/principal-text.js';
import { SspiError } from '../src/sspi.js';
import { etypeOf } from '../test/support/kerberos.js';
import {
  CLIENT,
  issueTicket,
  newServiceKey,
  REALM,
  SERVICE,
} from '../test/support/kerberos-ticket.js';
import { FalseKdc } from './false-kdc.js';
import { requireDocumented, type Target, Violation } from './target.js';

const ETYPES = [18, 17, 20, 19];
const KEYS = ETYPES.map((etype) => ProtocolKey.generate(etypeOf(etype)));
const CLIENT_NAME = { realm: REALM, name: CLIENT };
const SIGNAL = new AbortController().signal;

/** A logon gets a ticket of its own realm, or an error; never a ticket that a false KDC made without a key. */
export const kdcLogon: Target = {
  name: 'kdc-logon',
  // A KDC may ask for a million iterations.
  maxTime: 10_000,
  async run(random) {
    const key = random.of(KEYS);
    const kdc = new FalseKdc(random, key, random.of(KEYS));
    // The salt of a password is the KDC's to choose, so such a logon always fails here.
    const secret = random.below(200) === 0 ? new PasswordSecret('Passw0rd!') : new KeySecret(KEYS);
    const logon = { client: CLIENT_NAME, secret, etypes: ETYPES, allowWeak: [], lifetime: 3600 };
    return judge(kdc, grantingName(REALM), () => logOn(kdc, logon, SIGNAL));
  },
};

const { ticket: TICKET } = issueTicket(newServiceKey(18));

/** A request for a service ticket gets one for this service, or an error. */
export const kdcServiceTicket: Target = {
  name: 'kdc-service-ticket',
  async run(random) {
    const key = ProtocolKey.generate(etypeOf(random.of(ETYPES)));
    const kdc = new FalseKdc(random, random.of(KEYS), key);
    const granting: KdcTicket = {
      client: CLIENT_NAME,
      server: { realm: REALM, name: grantingName(REALM) },
      key,
      flags: 0,
      authtime: 0,
      starttime: undefined,
      endtime: 4_000_000_000,
      renewTill: undefined,
      ticket: TICKET,
    };
    const target = { name: SERVICE, realm: random.of([undefined, REALM, 'OTHER.TEST']) };
    const requested = { etypes: ETYPES, allowWeak: [] };
    return judge(kdc, SERVICE, () =>
      requestServiceTicket(kdc, granting, target, requested, SIGNAL),
    );
  },
};

async function judge(
  kdc: FalseKdc,
  server: PrincipalName,
  exchange: () => Promise<KdcTicket>,
): Promise<string> {
  try {
    const ticket = await exchange();
    ticket.key.close();
    if (kdc.isForged) throw new Violation('a forged answer was accepted', kdc.answers);
    const { client } = ticket;
    if (client.realm !== REALM || !isSameName(client.name, CLIENT)) {
      throw new Violation('the ticket is for another client', kdc.answers);
    }
    if (!isSameName(ticket.server.name, server)) {
      throw new Violation('the ticket is for another service', kdc.answers);
    }
    return 'accepted';
  } catch (error) {
    return requireDocumented(error, SspiError, kdc.answers);
  }
}
