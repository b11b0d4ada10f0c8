import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gss } from './gss.js';
import { KerberosService } from './kerberos-service.js';

/** A service, and MIT Kerberos as its client and server. */
export interface KerberosPeer {
  readonly gss: Gss;
  readonly service: KerberosService;
}

/** The programs over MIT's GSS-API, each started when the first row needs it. */
export class Peers {
  readonly #folders: string[] = [];
  readonly #kerberos = new Map<number, KerberosPeer>();
  #ntlm: Gss | undefined;

  /** gss-ntlmssp with one account. */
  ntlm(): Gss {
    if (this.#ntlm === undefined) {
      const accounts = join(this.#newFolder(), 'accounts');
      writeFileSync(accounts, 'DOM:alice:secret\n');
      this.#ntlm = new Gss('ntlm', { NTLM_USER_FILE: accounts });
    }
    return this.#ntlm;
  }

  /** @param etype the number of an encryption type */
  kerberos(etype: number): KerberosPeer {
    let peer = this.#kerberos.get(etype);
    if (peer === undefined) {
      const service = new KerberosService(this.#newFolder(), etype);
      peer = { service, gss: new Gss('kerberos', service.environment) };
      this.#kerberos.set(etype, peer);
    }
    return peer;
  }

  stop(): void {
    this.#ntlm?.stop();
    for (const { gss, service } of this.#kerberos.values()) {
      gss.stop();
      service.stop();
    }
    for (const folder of this.#folders) rmSync(folder, { recursive: true });
  }

  #newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-bench-'));
    this.#folders.push(folder);
    return folder;
  }
}
