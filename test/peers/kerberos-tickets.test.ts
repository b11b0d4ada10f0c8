import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { loadKeytab } from '../../src/sspi/kerberos/load-keytab.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import { openSspi, type SspiErrorCode } from '../../src/sspi.js';
import {
  issueTicket,
  newServiceKey,
  renamed,
  type TicketOptions,
} from '../support/kerberos-ticket.js';
import { PeerRefusal } from './lines.js';
import { MitRealm } from './mit-realm.js';
import { OurSide, sideOfKerberos } from './ours.js';
import { connect } from './side.js';

const AES256 = 'aes256-cts-hmac-sha1-96';
const sspi = openSspi({ provider: 'portable' });
const realm = new MitRealm();
let keytab: string;
let key: ServiceKey;

before(async () => {
  await realm.start();
  keytab = join(realm.folder, 'keytab');
  const keys = await loadKeytab(keytab);
  const found = keys.find(({ principals }) => principals[0]?.name.nameString[1] === AES256);
  assert.ok(found);
  key = found;
});
after(() => realm.stop());

/** Our client with a ticket that the holder of a key has made. */
async function clientWith(options: TicketOptions, holder: ServiceKey = key): Promise<OurSide> {
  const initiator = new KerberosInitiator(issueTicket(holder, options), {
    flags: ['mutual-auth', 'integrity'],
    allowWeak: [],
  });
  return sideOfKerberos(initiator);
}

async function ourServer(): Promise<OurSide> {
  const request = { package: 'Kerberos', use: 'inbound', keytab } as const;
  return new OurSide(sspi.acceptSecurityContext(await sspi.acquireCredentialsHandle(request)));
}

const now = () => Math.floor(Date.now() / 1000);
const HOUR = 3600;

const TICKETS: readonly {
  readonly name: string;
  readonly options?: () => TicketOptions;
  readonly holder?: () => ServiceKey;
  readonly code: SspiErrorCode;
}[] = [
  {
    name: 'expired',
    options: () => ({ part: { authtime: now() - 2 * HOUR, endtime: now() - HOUR } }),
    code: 'SEC_E_CONTEXT_EXPIRED',
  },
  {
    name: 'not valid yet',
    options: () => ({ part: { starttime: now() + HOUR, endtime: now() + 2 * HOUR } }),
    code: 'SEC_E_TIME_SKEW',
  },
  {
    name: 'marked as invalid',
    options: () => ({ part: { flags: 0x41200000 } }),
    code: 'SEC_E_TIME_SKEW',
  },
  {
    name: 'under a new key that the keytab lacks',
    holder: () => ({ ...newServiceKey(18, 9), principals: key.principals }),
    code: 'SEC_E_NO_KERB_KEY',
  },
  {
    name: 'under another key of the same version',
    holder: () => ({ ...newServiceKey(18, key.kvno), principals: key.principals }),
    code: 'SEC_E_MESSAGE_ALTERED',
  },
  {
    name: 'of another service, under its key',
    holder: () => renamed(newServiceKey(18, 7), ['HTTP', 'other.example.test']),
    code: 'SEC_E_NO_KERB_KEY',
  },
  {
    name: 'of another client than the authenticator',
    options: () => ({ part: { cname: { nameType: 1, nameString: ['mallory'] } } }),
    code: 'SEC_E_LOGON_DENIED',
  },
];

describe("tickets that MIT's server and ours reject", () => {
  it('are made like genuine ones, which both accept', async () => {
    await connect(clientWith({}), realm.gss.server());
    await connect(clientWith({}), ourServer());
  });

  for (const { name, options = () => ({}), holder = () => key, code } of TICKETS) {
    it(`are ${name}`, async () => {
      const client = () => clientWith(options(), holder());
      await assert.rejects(connect(client(), realm.gss.server()), PeerRefusal);
      await assert.rejects(connect(client(), ourServer()), { code });
    });
  }
});
