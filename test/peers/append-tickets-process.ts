// Adds tickets to a credential cache. Arguments: CACHE SERVICE COUNT. The ticket is the last one in the cache.
import { once } from 'node:events';
import {
  appendTicket,
  readCredentialCache,
} from '../../src/sspi/kerberos/ccache/credential-cache.js';

const [cache = '', service = '', count = ''] = process.argv.slice(2);

const { tickets } = await readCredentialCache(cache);
const ticket = tickets.at(-1);
if (ticket === undefined) throw new Error('the cache has no ticket');
process.send?.('ready');
await once(process, 'message');
for (let index = 0; index < Number(count); index++) {
  const name = { nameType: 2, nameString: [service, String(index)] };
  await appendTicket(cache, { ...ticket, server: { ...ticket.server, name } });
}
process.disconnect();
