import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { serveOurs } from '../peers/serve-ours.js';
import { Kdc } from '../support/kdc.js';
import { Bridge } from './bridge.js';
import { HttpServers } from './http-servers.js';
import { NODE_VERSIONS } from './node-exe.js';
import { assertPassed, compiled } from './suites.js';
import type { Workplace } from './workplace.js';

/** Tests the Windows provider in node.exe, on Wine's SSPI, with other implementations on Linux. */
export function describePeers(workplace: Workplace): void {
  describe("Wine's SSPI and its peers on Linux", () => {
    const bridges: Bridge[] = [];
    const environment: NodeJS.ProcessEnv = {};
    let kdc: Kdc | undefined;
    let servers: HttpServers | undefined;

    const bridge = async (variable: string, opening: Promise<Bridge>) => {
      const opened = await opening;
      bridges.push(opened);
      environment[variable] = String(opened.port);
    };

    before(async () => {
      const folder = join(workplace.folder, 'peers');
      mkdirSync(folder);
      kdc = new Kdc(folder);
      await kdc.start();
      Object.assign(environment, kdc.environment);
      await bridge('GSS_NTLMSSP_PORT', Bridge.toProgram('gss_ntlmssp.py', folder));
      await bridge('KERBEROS_PORT', Bridge.toProgram('mit_kerberos.py', folder));
      await bridge('PORTABLE_PORT', Bridge.open(serveOurs));
      servers = await HttpServers.open();
      Object.assign(environment, servers.environment);
    });
    after(async () => {
      for (const opened of bridges) opened.stop();
      servers?.close();
      await kdc?.stop();
    });

    for (const version of NODE_VERSIONS) {
      for (const file of ['ntlm.test.js', 'kerberos.test.js', 'http-auth.test.js']) {
        it(`${file}, in node.exe ${version}`, async () => {
          const args = ['--enable-source-maps', '--test-reporter=spec'];
          const path = join(compiled, 'windows', 'peers', file);
          assertPassed(await workplace.runInNode(version, [...args, path], environment));
        });
      }
    }
  });
}
