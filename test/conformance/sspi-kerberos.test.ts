import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCases } from '../../src/conformance/cases.js';
import { run } from '../../src/conformance/run.js';
import type { Selection } from '../../src/conformance/selection.js';
import { LiveSide } from '../../src/conformance/sides/live.js';
import { readService } from '../../src/conformance/sspi/kerberos/service.js';
import { openSide } from '../../src/conformance/sspi/open-side.js';
import { SspiSubject, type SubjectOptions } from '../../src/conformance/sspi/subject.js';
import type { Report } from '../../src/conformance.js';
import { type Sspi, SspiError } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import {
  faultySspi,
  SERVICE,
  type StandInOptions,
  windowsStandIn,
} from '../support/sspi-stand-in.js';

const folder = temporaryFolder();
const groups = ['kerberos-client', 'kerberos-server', 'kerberos-both'] as const;
const selection: Selection = { area: 'sspi', groups, seed: 1, mutations: 0 };

async function casesOf(...chosen: (typeof groups)[number][]): Promise<string[]> {
  return [...(await loadCases({ ...selection, groups: chosen }))].map(({ id }) => id);
}

/** Compares a stand-in with the portable provider. */
async function beside(
  tested: Sspi,
  chosen: readonly (typeof groups)[number][],
  options: SubjectOptions = { service: SERVICE },
): Promise<Report> {
  const left = new LiveSide({ name: 'windows' }, new SspiSubject(tested, options));
  return run({ sides: [left, await openSide('portable')], ...selection, groups: chosen });
}

function differing({ cases }: Report): string[] {
  return cases.filter(({ comparison }) => comparison.kind === 'differ').map(({ id }) => id);
}

describe('the cases of Kerberos', () => {
  it('are the same for every role, except for targets', async () => {
    const [client, server, both] = await Promise.all(
      groups.map(async (group) => (await casesOf(group)).map((id) => id.slice(group.length + 1))),
    );
    assert.ok(client && server && both && server.length > 1000);
    const isTarget = (id: string) => id.startsWith('target/');
    assert.deepEqual(client.filter(isTarget), ['target/unknown', 'target/none', 'target/other']);
    assert.deepEqual(both.filter(isTarget), ['target/unknown', 'target/none']);
    for (const ids of [client, both]) {
      assert.deepEqual(
        ids.filter((id) => !isTarget(id)),
        server,
      );
    }
  });

  it('alter each bit of a signature and of both kinds of trailer', async () => {
    const ids = await casesOf('kerberos-client');
    for (const [kind, length] of Object.entries({ signature: 28, trailer: 60, unencrypted: 28 })) {
      const bits = ids.filter((id) => id.startsWith(`kerberos-client/${kind}/byte-`));
      assert.equal(bits.length, 8 * length);
    }
  });
});

describe('conformance of Kerberos', () => {
  it('finds a stand-in that decrypts altered messages, and nothing else', async () => {
    const fault: StandInOptions['fault'] = () => ({ decryptMessage: ({ data }) => data });
    const found = differing(await beside(faultySspi({ fault }), ['kerberos-client']));
    assert.ok(found.includes('kerberos-client/trailer/byte-00/bit-0'));
    assert.ok(found.includes('kerberos-client/unencrypted/byte-27/bit-7'));
    const expected = /\/(?:trailer|unencrypted)\/|\/messages\/|\/order\/.*decryptMessage/;
    assert.deepEqual(
      found.filter((id) => !expected.test(id)),
      [],
    );
  });

  it('finds a stand-in that sends another EC and RRC, and nothing else', async () => {
    const fault: StandInOptions['fault'] = (context) => ({
      encryptMessage: (message, options) => {
        const made = context.encryptMessage(message, options);
        if (message.length !== 100) return made;
        const trailer = Buffer.from(made.trailer);
        trailer.writeUInt16BE(16, 4);
        return { ...made, trailer };
      },
    });
    const report = await beside(faultySspi({ fault }), ['kerberos-client']);
    const found = report.cases.find(({ id }) => id === 'kerberos-client/messages/headers');
    assert.deepEqual(found?.comparison, {
      kind: 'differ',
      path: 'observations.client.sealed.extraCount',
    });
    assert.deepEqual(found?.outcomes[1]?.observations?.['client'], {
      signed: { tokenId: '0404', flags: 4, filler: 'ffffffffff' },
      sealed: { tokenId: '0504', flags: 6, extraCount: 0, rotation: 28 },
      unencrypted: { tokenId: '0504', flags: 4, extraCount: 12, rotation: 12 },
      steps: [1, 1, 1, 1, 1],
    });
  });

  it('finds a server that ignores channel bindings', async () => {
    const accept: StandInOptions['accept'] = ({ channelBindings, channelBindingPolicy, ...rest }) =>
      rest;
    const found = differing(await beside(faultySspi({ accept }), ['kerberos-server']));
    assert.deepEqual(
      found,
      ['different', 'client-none', 'accept/different'].map(
        (id) => `kerberos-server/bindings/${id}`,
      ),
    );
  });

  it('finds a server that accepts a replayed handshake', async () => {
    const fault: StandInOptions['fault'] = (context, role) => ({
      step: async (token) => {
        try {
          return await context.step(token);
        } catch (error) {
          const isReplay = error instanceof SspiError && error.code === 'SEC_E_OUT_OF_SEQUENCE';
          if (role === 'server' && isReplay) return { token: new Uint8Array(0), done: true };
          throw error;
        }
      },
    });
    const found = differing(await beside(faultySspi({ fault }), ['kerberos-server']));
    assert.deepEqual(found, ['kerberos-server/replay/request']);
  });

  it('finds a client whose handshake the portable server refuses', async () => {
    const initialize: StandInOptions['initialize'] = (options) => ({ ...options, flags: [] });
    const report = await beside(windowsStandIn(undefined, { initialize }), ['kerberos-client']);
    assert.equal(report.total.notComparable, 0);
    assert.ok(differing(report).includes('kerberos-client/handshake/wanted/integrity'));
  });
});

describe('conformance of Kerberos on a stand-in for Windows', () => {
  it('runs every role with the keytab of a service', async () => {
    const { total, notes } = await beside(windowsStandIn(), groups);
    assert.deepEqual([total.differ, total.notComparable, notes], [0, 0, []]);
    assert.equal(total.agree, total.cases);
  });

  it('compares nothing without one, and reports the reason', async () => {
    const { total, whyNotComparable } = await beside(windowsStandIn(), ['kerberos-both'], {});
    assert.deepEqual([total.agree, total.notComparable], [0, total.cases]);
    const why = 'Kerberos on Windows needs a target and its keytab, and none was given';
    assert.deepEqual(
      whyNotComparable.map((one) => [one.why, one.cases]),
      [[why, total.cases]],
    );
  });

  it('compares nothing of a server that refuses every ticket', async () => {
    const os = { function: 'AcceptSecurityContext', status: 0x8009_030c, hex: '0x8009030C' };
    const fault: StandInOptions['fault'] = (_, role) => ({
      ...(role === 'server' && {
        step: async () => {
          throw new SspiError('SEC_E_LOGON_DENIED', 'no', { os });
        },
      }),
    });
    const { total, whyNotComparable } = await beside(windowsStandIn(undefined, { fault }), [
      'kerberos-server',
    ]);
    assert.deepEqual([total.agree, total.notComparable], [0, total.cases]);
    const why =
      'Windows as the server of Kerberos completes no handshake for the target (SEC_E_LOGON_DENIED 0x8009030C)';
    assert.deepEqual(
      whyNotComparable.map((one) => [one.why, one.cases]),
      [[why, total.cases]],
    );
  });
});

describe('the service of --kerberos-keytab', () => {
  const path = join(folder, 'keytab');
  writeFileSync(path, SERVICE.keytab);

  it('has the key of its target, in any case', async () => {
    const target = SERVICE.target.toUpperCase();
    const service = await readService({ keytab: path, target });
    assert.deepEqual([service.target, service.realm], [target, SERVICE.realm]);
    assert.deepEqual(service.key.key.bytes, SERVICE.key.key.bytes);
  });

  it('needs a key of its target', async () => {
    const reading = readService({ keytab: path, target: 'HTTP/other' });
    await assert.rejects(reading, { code: 'SEC_E_NO_CREDENTIALS' });
  });

  it('needs a file', async () => {
    const reading = readService({ keytab: join(folder, 'none'), target: SERVICE.target });
    await assert.rejects(reading, { code: 'SEC_E_NO_CREDENTIALS' });
  });
});
