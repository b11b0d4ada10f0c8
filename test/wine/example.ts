import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { NODE_VERSIONS } from './node-exe.js';
import type { Ending } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const folder = join(root, 'examples', 'signing-a-message');
const PASSWORD = 'correct horse';
const PACKAGES = ['NTLM', 'Negotiate'];

/** The output of the two programs of the example. */
interface Conversation {
  readonly server: string;
  readonly client: string;
}

/** Runs the server on Linux and a client with its port. */
async function converse(
  name: string,
  runClient: (args: string[]) => Promise<Pick<Ending, 'status' | 'output'>>,
): Promise<Conversation> {
  const args = [join(folder, 'server.mjs'), name, '0', PASSWORD];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  server.stdout.setEncoding('utf8');
  const closed = once(server, 'close');
  const port = await new Promise<string>((resolve) => {
    server.stdout.on('data', (text: string) => {
      output += text;
      const [, listening] = /listening on port (\d+)/.exec(output) ?? [];
      if (listening !== undefined) resolve(listening);
    });
  });
  const client = await runClient([join(folder, 'client.mjs'), name, port, PASSWORD]);
  assert.equal(client.status, 0, client.output);
  assert.deepEqual(await closed, [0, null]);
  return { server: output.replace(port, '?'), client: client.output };
}

async function runOnLinux(args: string[]): Promise<Pick<Ending, 'status' | 'output'>> {
  const client = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  client.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [status] = await once(client, 'close');
  return { status, output };
}

/** Tests examples/signing-a-message with the client in node.exe, on Wine's SSPI, and the server on Linux. */
export function describeExample(workplace: Workplace): void {
  describe('example signing-a-message, with its client in node.exe under Wine', () => {
    for (const version of NODE_VERSIONS) {
      for (const name of PACKAGES) {
        it(`prints the same over ${name} as on Linux alone, with node.exe ${version}`, async () => {
          const expected = await converse(name, runOnLinux);
          assert.match(expected.client, /the sealed message: This is your server speaking/);
          const inWine = await converse(name, (args) => workplace.runInNode(version, args));
          assert.deepEqual(inWine, expected);
        });
      }
    }
  });
}
