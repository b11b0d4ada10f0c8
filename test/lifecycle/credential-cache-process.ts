// Adds a ticket to the credential cache of the argument, and prints the code of the error.
import { appendTicket } from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { SspiError } from '../../src/sspi.js';
import { TICKET } from '../support/ccache.js';

try {
  await appendTicket(process.argv[2] as string, TICKET);
  console.log('added');
} catch (error) {
  console.log(error instanceof SspiError ? error.code : error);
}
