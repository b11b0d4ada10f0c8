import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { tlsUnique } from '../../src/sspi.js';
import { hex } from '../support/ntlm.js';
import { TlsBench } from '../support/tls.js';

const program = fileURLToPath(
  new URL('../../../test/peers/programs/tls_unique.py', import.meta.url),
);

describe("tls-unique beside that of Python's ssl", () => {
  let bench: TlsBench;

  before(async () => {
    bench = await TlsBench.open({ maxVersion: 'TLSv1.2' });
  });
  after(() => bench.close());

  it('is the same, also in a resumed session', async () => {
    const found: string[] = [];
    bench.onConnection((socket: TLSSocket) => {
      found.push(`${socket.isSessionReused()} ${hex(tlsUnique(socket))}`);
      socket.end();
    });
    const child = execFile('/usr/bin/python3', ['-B', program, String(bench.port)]);
    let printed = '';
    child.stdout?.on('data', (text: string) => {
      printed += text;
    });
    const [status] = await once(child, 'close');
    assert.equal(status, 0);
    const prefix = Buffer.from('tls-unique:').toString('hex');
    const wanted = printed.trim().split('\n');
    assert.deepEqual(
      found,
      wanted.map((line) => line.replace(' ', ` ${prefix}`)),
    );
    assert.deepEqual(
      wanted.map((line) => line.split(' ')[0]),
      ['false', 'true'],
    );
  });
});
