import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeKeytab } from '../src/conformance/sspi/kerberos/encode-keytab.js';
import { cacheBytes } from '../test/support/ccache.js';
import { etypeOf } from '../test/support/kerberos.js';
import {
  encryptionKeyOf,
  issueTicket,
  newServiceKey,
  REALM,
  SERVICE,
} from '../test/support/kerberos-ticket.js';

/** The paths of the files of a {@link KerberosService}. */
export interface KerberosFiles {
  /** krb5.conf */
  readonly configuration: string;
  /** The credential cache of the client. */
  readonly tickets: string;
  readonly keytab: string;
}

/** A service with a key, and a client with a ticket for it. It needs no KDC: whoever has the key can make tickets. */
export class KerberosService {
  readonly target: string = SERVICE.nameString.join('/');
  readonly files: KerberosFiles;

  /**
   * @param folder for its files
   * @param etype the number of the encryption type of all keys
   */
  constructor(folder: string, etype: number) {
    const key = newServiceKey(etype);
    const write = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    this.files = {
      configuration: write('krb5.conf', configurationOf(etypeOf(etype).name)),
      tickets: write('tickets', encodeTickets(issueTicket(key))),
      keytab: write('keytab', encodeKeytab(key)),
    };
  }

  /** The environment of MIT Kerberos. */
  get environment(): NodeJS.ProcessEnv {
    const { configuration, tickets, keytab } = this.files;
    return { KRB5_CONFIG: configuration, KRB5CCNAME: tickets, KRB5_KTNAME: keytab };
  }
}

/** The acceptor's subkey is of the first type that is permitted. A replay cache would be a file. */
function configurationOf(etype: string): string {
  return `[libdefaults]
default_realm = ${REALM}
permitted_enctypes = ${etype}
dns_canonicalize_hostname = false
dns_lookup_kdc = false
default_rcache_name = none:
[domain_realm]
${SERVICE.nameString[1]} = ${REALM}
`;
}

function encodeTickets({
  crealm: realm,
  cname,
  sessionKey,
  ticket,
}: ReturnType<typeof issueTicket>): Uint8Array {
  const now = Math.floor(Date.now() / 1000);
  const times = { authtime: now, starttime: now, endtime: now + 3600, renewTill: 0 };
  const client = { realm, name: cname };
  const key = encryptionKeyOf(sessionKey);
  const entry = { client, server: { realm: REALM, name: SERVICE }, key, ticket, ...times };
  return cacheBytes({ principal: client, entries: [entry] });
}
