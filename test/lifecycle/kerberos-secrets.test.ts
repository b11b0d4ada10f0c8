import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { temporaryFolder } from '../support/folders.js';
import { encryptionKeyOf, issueTicket, newServiceKey } from '../support/kerberos-ticket.js';
import { hex } from '../support/ntlm.js';
import type { Copies, Setting } from './kerberos-secrets-process.js';

const program = fileURLToPath(new URL('./kerberos-secrets-process.js', import.meta.url));

describe('secrets of Kerberos', () => {
  it('are nowhere in the memory of the process after close()', async () => {
    const path = join(temporaryFolder(), 'service.keytab');
    const service = newServiceKey(18);
    writeFileSync(path, encodeKeytab(service));
    const tickets = Array.from({ length: 5 }, () => {
      const { ticket, sessionKey, ...client } = issueTicket(service);
      const { keytype, keyvalue } = encryptionKeyOf(sessionKey);
      return {
        ...client,
        ticket: [...ticket],
        sessionKey: { keytype, keyvalue: [...keyvalue] },
      };
    });
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = fork(program, { env });
    const inverted = hex(service.key.bytes.map((byte) => byte ^ 0xff));
    child.send({ path, inverted, tickets } satisfies Setting);
    const [copies] = (await once(child, 'message')) as [Copies[]];
    assert.equal(copies.length, 11);
    // The search must find the secrets that an open context needs.
    assert.deepEqual(
      copies.filter(({ before, after }) => before === 0 || after !== 0),
      [],
    );
  });
});
