import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { encodeAuthorizationData } from '../../src/sspi/kerberos/messages/authorization-data.js';
import type { EncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import { findPackage, PORTABLE_PACKAGES } from '../../src/sspi/packages.js';
import { PortableContext } from '../../src/sspi/portable/context.js';
import type { SecurityContext } from '../../src/sspi.js';
import { issueTicket } from '../support/kerberos-ticket.js';
import { KEY, newClient } from '../support/negotiate.js';
import { assertPlain } from '../support/plain-bytes.js';
import { ascii, handshake, sspi, sspiRefused } from '../support/sspi.js';

const PAC = encodeAuthorizationData([{ adType: 128, adData: ascii('a PAC') }]);
const ELEMENTS = [
  { type: 1, data: PAC },
  { type: -5, data: new Uint8Array(0) },
];
const PART = {
  authorizationData: ELEMENTS.map(({ type, data }) => ({ adType: type, adData: data })),
};

/** The two sides after a handshake with a ticket of these contents. */
async function establish(
  name: 'Kerberos' | 'Negotiate',
  part: Partial<EncTicketPart>,
): Promise<Record<'client' | 'server', SecurityContext>> {
  const options = { flags: ['integrity'], allowWeak: [] } as const;
  const kerberos = new KerberosInitiator(issueTicket(KEY, { part }), options);
  const context = new PortableContext(findPackage(PORTABLE_PACKAGES, name), kerberos);
  const client = name === 'Negotiate' ? newClient({ kerberos }) : new ContextFacade(context, false);
  const request = { package: name, use: 'inbound', keytab: encodeKeytab(KEY) } as const;
  const server = sspi.acceptSecurityContext(await sspi.acquireCredentialsHandle(request));
  await handshake({ client, server });
  return { client, server };
}

describe('authorization data', () => {
  for (const name of ['Kerberos', 'Negotiate'] as const) {
    it(`is what the ticket of the client has, at servers of ${name}`, async () => {
      const { server } = await establish(name, PART);
      const elements = server.queryContextAttributes('authorizationData');
      assert.deepEqual(elements, ELEMENTS);
      for (const { data } of elements) assertPlain('data', data);
    });

    it(`is empty if the ticket has none, at servers of ${name}`, async () => {
      const { server } = await establish(name, {});
      assert.deepEqual(server.queryContextAttributes('authorizationData'), []);
    });

    it(`is not known to clients of ${name}`, async () => {
      const { client } = await establish(name, PART);
      const query = () => client.queryContextAttributes('authorizationData');
      sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', query);
    });
  }

  it('is copied at each call', async () => {
    const { server } = await establish('Kerberos', PART);
    const query = () => server.queryContextAttributes('authorizationData');
    for (const { data } of query()) data.fill(0);
    assert.deepEqual(query(), ELEMENTS);
  });

  it('is gone with the context', async () => {
    const { server } = await establish('Kerberos', PART);
    server.close();
    const query = () => server.queryContextAttributes('authorizationData');
    sspiRefused('SEC_E_INVALID_HANDLE', query);
  });
});
