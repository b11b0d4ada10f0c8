// Reads a credential cache and adds its ticket again. Prints how often the key is in memory, before the caller overwrites
// it and after. Arguments: CACHE, and the key inverted in hex.
import {
  appendTicket,
  readCredentialCache,
} from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { countInMemory } from '../support/memory-search.js';

const [path = '', inverted = ''] = process.argv.slice(2);
const count = () => countInMemory([Buffer.from(inverted, 'hex')])[0];

const { tickets } = await readCredentialCache(path);
const [ticket] = tickets;
if (ticket === undefined) throw new Error('the cache has no ticket');
await appendTicket(path, ticket);
const before = count();
ticket.key.keyvalue.fill(0);
console.log(JSON.stringify({ before, after: count() }));
