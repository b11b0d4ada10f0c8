import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheBytes, type WrittenEntry } from '../../support/ccache.js';
import { temporaryFolder } from '../../support/folders.js';
import {
  CLIENT,
  encryptionKeyOf,
  issueTicket,
  REALM,
  SERVICE,
  type TicketOptions,
} from '../../support/kerberos-ticket.js';
import { KEY } from '../../support/negotiate.js';

const folder = temporaryFolder();

/** No KDC: the tickets are in a cache. */
const configFile = join(folder, 'krb5.conf');
writeFileSync(configFile, `[libdefaults]\ndefault_realm = ${REALM}\ndns_lookup_kdc = false\n`);
export const kerberos: { readonly configFile: string } = { configFile };

/** A credential cache with alice's ticket for the service. */
export function cacheOf(name: string, options?: TicketOptions): string {
  const { ticket, sessionKey } = issueTicket(KEY, options);
  const now = Math.floor(Date.now() / 1000);
  const principal = { realm: REALM, name: CLIENT };
  const times = { authtime: now - 60, starttime: now - 60, endtime: now + 3600, renewTill: 0 };
  const entry: WrittenEntry = {
    client: principal,
    server: { realm: REALM, name: SERVICE },
    key: encryptionKeyOf(sessionKey),
    ticket,
    ...times,
  };
  const path = join(folder, name);
  writeFileSync(path, cacheBytes({ principal, entries: [entry] }));
  return path;
}
