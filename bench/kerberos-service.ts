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
import { IDENTITY, TARGET, TestKdc, writeConfiguration } from '../test/support/test-kdc.js';

/** The paths of the files of a {@link KerberosService}. */
export interface KerberosFiles {
  /** krb5.conf of MIT Kerberos. */
  readonly configuration: string;
  /** The credential cache of its client. */
  readonly tickets: string;
  readonly keytab: string;
}

/** A service with a key, a client with a ticket for it, and a KDC where another client logs on. */
export class KerberosService {
  readonly target: string = TARGET;
  readonly identity: typeof IDENTITY = IDENTITY;
  readonly files: KerberosFiles;
  readonly #folder: string;
  readonly #kdc: TestKdc;

  /**
   * @param folder for its files
   * @param etype the number of the encryption type of its key and of the session keys
   */
  constructor(folder: string, etype: number) {
    this.#folder = folder;
    this.#kdc = new TestKdc(undefined, undefined, etype);
    const key = { ...newServiceKey(etype), key: this.#kdc.service };
    const write = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    this.files = {
      configuration: write('mit.conf', configurationOf(etypeOf(etype).name)),
      tickets: write('tickets', encodeTickets(issueTicket(key))),
      keytab: write('keytab', encodeKeytab(key)),
    };
  }

  /** The environment of MIT Kerberos. */
  get environment(): NodeJS.ProcessEnv {
    const { configuration, tickets, keytab } = this.files;
    return { KRB5_CONFIG: configuration, KRB5CCNAME: tickets, KRB5_KTNAME: keytab };
  }

  /** Starts the KDC. @returns the path of krb5.conf with its address */
  async start(): Promise<string> {
    const { realm, port } = await this.#kdc.start();
    return writeConfiguration(this.#folder, { [realm]: [port] });
  }

  stop(): void {
    this.#kdc.stop();
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
