import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { conformanceLines } from '../../src/cli/conformance-text.js';
import { GROUPS } from '../../src/conformance/areas.js';
import { loadCases } from '../../src/conformance/cases.js';
import { toHtml } from '../../src/conformance/page/to-html.js';
import { run } from '../../src/conformance/run.js';
import type { Selection } from '../../src/conformance/selection.js';
import { LiveSide } from '../../src/conformance/sides/live.js';
import { openSide } from '../../src/conformance/sspi/open-side.js';
import { SspiSubject } from '../../src/conformance/sspi/subject.js';
import { type ConformanceOptions, type Report, runConformance } from '../../src/conformance.js';
import type { Sspi } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { rejected } from '../support/refused.js';
import { assertValidReport } from '../support/report-schema.js';
import {
  faultySspi,
  SERVICE,
  type StandInOptions,
  WINDOWS_ACCOUNT,
  windowsStandIn,
} from '../support/sspi-stand-in.js';

const folder = temporaryFolder();
/** Those of NTLM and Negotiate. A third of the mutations is of Kerberos. */
const groups = ['client', 'server', 'both', 'mutations'] as const;
const selection: Selection = { area: 'sspi', groups, seed: 1, mutations: 90 };
const sides = ['portable', 'specification'] as const;

/** Compares a stand-in with the portable provider. */
async function beside(
  tested: Sspi,
  change: Partial<Selection> = {},
  account = undefined as typeof WINDOWS_ACCOUNT | undefined,
) {
  const subject = new SspiSubject(tested, { account, service: SERVICE });
  const left = new LiveSide({ name: 'windows' }, subject);
  const right = await openSide('portable', { account });
  return run({ sides: [left, right], ...selection, ...change });
}

function differing({ cases, total, omittedMutations }: Report): string[] {
  const ids = cases.filter(({ comparison }) => comparison.kind === 'differ').map(({ id }) => id);
  assert.equal(ids.length + omittedMutations, total.differ);
  return ids;
}

describe('conformance of SSPI', () => {
  it('finds no difference between the portable provider and the specification', async () => {
    const report = await runConformance({ area: 'sspi', sides, mutations: 300 });
    assert.deepEqual(differing(report), []);
    assert.ok(report.total.agree > 6000, `${report.total.agree} cases agree`);
    assert.equal(report.area, 'sspi');
    assert.deepEqual(
      report.groups.map(({ name }) => name),
      GROUPS.sspi,
    );
    assertValidReport(report);
  });

  it('has the same cases for every role and package, and unique ids', async () => {
    const ids = [...(await loadCases(selection))].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const of = (prefix: string) =>
      ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
    const first = of('client/ntlm/');
    assert.ok(first.length > 400);
    for (const role of ['client', 'server', 'both']) {
      for (const name of ['ntlm', 'negotiate']) assert.deepEqual(of(`${role}/${name}/`), first);
    }
    for (const kind of ['signature', 'trailer']) {
      assert.equal(first.filter((id) => id.startsWith(`${kind}/byte-`)).length, 128);
    }
  });

  it('makes a report that depends only on the seed', async () => {
    const report = async (seed: number) => {
      const chosen = ['client', 'kerberos-client', 'mutations'] as const;
      const options = { area: 'sspi', sides, groups: chosen, mutations: 40, seed } as const;
      const { made, ...rest } = await runConformance(options);
      return JSON.stringify({ ...rest, made: made.length });
    };
    assert.equal(await report(3), await report(3));
  });

  for (const [name, options, expected] of [
    [
      'accepts any signature',
      { fault: () => ({ verifySignature: () => {} }) },
      (id) => /\/signature\/|\/signed$|\/order\/.*verifySignature|\/one-way$/.test(id),
    ],
    [
      'decrypts altered messages',
      { fault: () => ({ decryptMessage: ({ data }) => data }) },
      (id) =>
        /\/trailer\/|\/(?:sealed|unencrypted)$|\/messages\/|\/order\/.*decryptMessage/.test(id),
    ],
    [
      'ignores the version of a signature',
      {
        fault: (context) => ({
          verifySignature: (message: Uint8Array, signature: Uint8Array) => {
            const copy = new Uint8Array(signature);
            // A signature of Kerberos begins with its type.
            if (copy[0] !== 4) copy.set([1, 0, 0, 0].slice(0, copy.length));
            context.verifySignature(message, copy);
          },
        }),
      },
      (id) => /\/signature\/byte-0[0-3]\//.test(id),
    ],
    [
      'reports trailers that are too long',
      {
        fault: (context) => ({
          queryContextAttributes: (attribute: 'sizes') => {
            const value = context.queryContextAttributes(attribute);
            return (attribute === 'sizes' ? { ...value, securityTrailer: 60 } : value) as never;
          },
        }),
      },
      (id) => /\/attributes\/(?:trailer-size|sizes)/.test(id),
    ],
    [
      'has another session key',
      {
        fault: (context) => ({
          queryContextAttributes: (attribute: 'sessionKey') => {
            const value = context.queryContextAttributes(attribute);
            return (attribute === 'sessionKey' ? new Uint8Array(16) : value) as never;
          },
        }),
      },
      (id) => /\/attributes\/session-key/.test(id),
    ],
    [
      'gives every message the signature of the first one',
      {
        fault: (context) => {
          let first: Uint8Array | undefined;
          return {
            makeSignature: (message: Uint8Array) => {
              first ??= context.makeSignature(message);
              return first;
            },
          };
        },
      },
      (id) => /\/messages\/(?:interleaved|count)|\/signature\/|\/signed$/.test(id),
    ],
  ] as [string, StandInOptions, (id: string) => boolean][]) {
    it(`finds a stand-in that ${name}, in every role, and nothing else`, async () => {
      const report = await beside(faultySspi(options));
      const found = differing(report);
      for (const role of ['client', 'server', 'both']) {
        assert.ok(
          found.some((id) => id.startsWith(`${role}/`)),
          `${role}: ${found.length}`,
        );
      }
      assert.deepEqual(
        found.filter((id) => !expected(id)),
        [],
      );
    });
  }

  it('finds a server that ignores channel bindings, in the roles with a server', async () => {
    const accept: StandInOptions['accept'] = ({ channelBindings, channelBindingPolicy, ...rest }) =>
      rest;
    const found = differing(await beside(faultySspi({ accept })));
    const cases = ['different', 'client-none', 'accept/different'];
    const ids = ['server', 'both'].flatMap((role) =>
      ['ntlm', 'negotiate'].flatMap((name) =>
        cases.map((one) => `${role}/${name}/bindings/${one}`),
      ),
    );
    assert.deepEqual(found, ids);
  });

  it('finds a client that omits its flags, in the roles with a client', async () => {
    const initialize: StandInOptions['initialize'] = (options) => ({ ...options, flags: [] });
    const found = differing(
      await beside(faultySspi({ initialize }), { groups: ['client', 'server'] }),
    );
    assert.ok(found.includes('client/ntlm/handshake/wanted/integrity'));
    assert.ok(found.includes('client/ntlm/attributes/signature-size'));
    assert.ok(found.every((id) => id.startsWith('client/')));
  });

  it('does not count a rejected forgery of a side that rejects every message', async () => {
    const fault: StandInOptions['fault'] = () => ({
      verifySignature: () => {
        throw new Error('no');
      },
    });
    const report = await beside(faultySspi({ fault }), { groups: ['client'] });
    const found = report.cases.filter(({ id }) => id.startsWith('client/ntlm/signature/'));
    assert.ok(found.length > 128);
    for (const { id, comparison, outcomes } of found) {
      assert.equal(comparison.kind, 'differ', id);
      assert.equal(outcomes[0]?.verdict, 'failed', id);
      assert.match(outcomes[0]?.reason?.fault ?? '', /^before the tested call/);
    }
  });
});

describe('conformance of a stand-in for Windows', () => {
  it('compares no server without an account, and reports the reason', async () => {
    const use = { failures: 0, logons: 0 };
    const report = await beside(windowsStandIn(use));
    const groups = Object.fromEntries(report.groups.map((group) => [group.name, group]));
    assert.equal(groups['client']?.notComparable, 0);
    assert.equal(groups['server']?.notComparable, groups['server']?.cases);
    assert.ok((groups['both']?.notComparable ?? 0) < (groups['both']?.cases ?? 0) / 2);
    assert.deepEqual(differing(report), []);
    const { server } = groups;
    const [{ why, cases } = assert.fail()] = report.whyNotComparable;
    assert.match(why, /^Windows as the server needs an account/);
    assert.ok(cases >= (server?.cases ?? Number.POSITIVE_INFINITY));
    // No case may lock the account of the current user.
    assert.deepEqual([use.failures, use.logons > 300], [0, true]);
  });

  it('runs every role with an account', async () => {
    const use = { failures: 0, logons: 0 };
    const report = await beside(windowsStandIn(use), {}, WINDOWS_ACCOUNT);
    assert.deepEqual([differing(report), report.total.notComparable, report.notes], [[], 0, []]);
    assert.ok(use.failures > 0);
  });

  it('compares nothing in the role of both if the current user cannot log on', async () => {
    const closed = Object.assign(windowsStandIn(), {
      acceptSecurityContext: () => {
        throw new Error('closed');
      },
    });
    const { total, whyNotComparable } = await beside(closed, { groups: ['both'] });
    assert.equal(total.notComparable, total.cases);
    const whys = whyNotComparable.map(({ why }) => why);
    assert.match(whys.join(), /cannot log on to this Windows with NTLM/);
  });

  it('writes the password nowhere', async () => {
    const file = join(folder, 'account.jsonl');
    const report = await run({
      sides: [
        new LiveSide(
          { name: 'windows' },
          new SspiSubject(windowsStandIn(), { account: WINDOWS_ACCOUNT, service: SERVICE }),
        ),
        await openSide('portable', { account: WINDOWS_ACCOUNT }),
      ],
      ...selection,
      record: file,
    });
    const written = [JSON.stringify(report), toHtml(report), readFileSync(file, 'utf8')];
    for (const text of written) {
      assert.ok(!text.includes(WINDOWS_ACCOUNT.password));
      assert.ok(!text.includes('tester'));
    }
  });
});

describe('reports of SSPI', () => {
  it('name it, as text and as a page', async () => {
    const report = await runConformance({ area: 'sspi', sides, mutations: 5 });
    assert.match(conformanceLines(report).join('\n'), /^area {2}sspi$/m);
    assert.match(toHtml(report), /<p class="eyebrow">SSPI conformance<\/p>/);
  });

  it('show the package and the role of a case', async () => {
    const fault: StandInOptions['fault'] = () => ({ verifySignature: () => {} });
    const report = await beside(faultySspi({ fault }), { groups: ['server'] });
    const one = report.cases.find(({ id }) => id === 'server/ntlm/signature/byte-00/bit-0');
    assert.deepEqual(one?.input, {
      call: 'verifySignature',
      package: 'NTLM',
      role: 'server',
      scenario: 'signed: bit 0 of byte 0 flipped',
    });
    assertValidReport(report);
    const page = toHtml(report);
    assert.match(page, /<dt>Package<\/dt><dd><code>NTLM<\/code><\/dd>/);
    assert.match(page, /<dt>Role<\/dt><dd><code>server<\/code><\/dd>/);
  });

  it('of a recording have its area', async () => {
    const record = join(folder, 'portable.jsonl');
    const recorded = await runConformance({ area: 'sspi', sides, mutations: 50, record });
    assert.equal(JSON.parse(readFileSync(record, 'utf8').split('\n', 1)[0] ?? '').area, 'sspi');
    const report = await runConformance({ sides: [{ recording: record }, 'portable'] });
    assert.deepEqual([report.area, report.total.differ], ['sspi', 0]);
    assert.equal(report.total.cases, recorded.total.cases);
    assert.equal(report.total.agree, report.total.cases);
  });

  it('cannot compare recordings of two areas', async () => {
    const one = join(folder, 'one.jsonl');
    const other = join(folder, 'other.jsonl');
    await runConformance({ area: 'sspi', sides, mutations: 0, groups: ['client'], record: one });
    await runConformance({ sides, mutations: 0, groups: ['generate-message'], record: other });
    const both = runConformance({ sides: [{ recording: one }, { recording: other }] });
    assert.match(
      (await rejected('ERR_TB_RECORDING', both)).message,
      /they differ in area and groups$/,
    );
  });

  for (const area of ['tls', 'toString', 5, null, ['sspi']]) {
    it(`cannot have a recording of the area ${JSON.stringify(area)}`, async () => {
      const file = join(folder, 'area.jsonl');
      await runConformance({ area: 'sspi', sides, mutations: 0, groups: ['client'], record: file });
      const [first = '', ...rest] = readFileSync(file, 'utf8').split('\n');
      const header = JSON.stringify({ ...JSON.parse(first), area });
      writeFileSync(file, [header, ...rest].join('\n'));
      const error = await rejected(
        'ERR_TB_RECORDING',
        runConformance({ sides: [{ recording: file }, 'portable'] }),
      );
      assert.match(error.message, /damaged first line/);
    });
  }

  for (const [name, options, problem] of [
    [
      'an unknown area',
      { area: 'kerberos', sides },
      /options\.area must be one of 'token-binding', 'sspi'/,
    ],
    [
      'a library',
      { area: 'sspi', sides: [{ library: 'C:\\a.dll' }, 'portable'] },
      /options\.sides must be sides without a library/,
    ],
    [
      'a group of Token Binding',
      { area: 'sspi', sides, groups: ['generate-message'] },
      /options\.groups must be one or more of client, server/,
    ],
    [
      'an area with a recording',
      { area: 'sspi', sides: [{ recording: 'a' }, 'portable'] },
      /options\.area must be absent/,
    ],
    [
      'an account of no domain',
      { area: 'sspi', account: { user: 'me', password: '' } },
      /options\.account\.user must be a domain/,
    ],
    [
      'an account without a password',
      { area: 'sspi', account: { user: 'a\\b' } },
      /options\.account\.password must be/,
    ],
    [
      'an account without a side windows',
      { area: 'sspi', sides, account: WINDOWS_ACCOUNT },
      /options\.account must be absent: no side is/,
    ],
    [
      'a target with a realm',
      { area: 'sspi', kerberos: { target: 'HTTP/www@A', keytab: 'a' } },
      /options\.kerberos\.target must be a service, a slash/,
    ],
    [
      'a keytab that is no path',
      { area: 'sspi', kerberos: { target: 'HTTP/www', keytab: new Uint8Array(1) } },
      /options\.kerberos\.keytab must be the path of a file/,
    ],
    [
      'a keytab without a side windows',
      { area: 'sspi', sides, kerberos: { target: 'HTTP/www', keytab: 'a' } },
      /options\.kerberos must be absent: no side is/,
    ],
    [
      'a keytab for Token Binding',
      { kerberos: { target: 'HTTP/www', keytab: 'a' } },
      /options\.kerberos must be absent: token-binding has no Kerberos/,
    ],
    [
      'an account for Token Binding',
      { account: WINDOWS_ACCOUNT },
      /options\.account must be absent: token-binding has no accounts/,
    ],
  ] as [string, unknown, RegExp][]) {
    it(`reject ${name}`, async () => {
      await assert.rejects(runConformance(options as ConformanceOptions), (error: Error) => {
        assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
        assert.match(error.message, problem);
        return true;
      });
    });
  }
});
