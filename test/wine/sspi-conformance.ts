import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { conformanceLines } from '../../src/cli/conformance-text.js';
import { Comparer } from '../../src/conformance/compare-outcomes.js';
import { KNOWN_DEVIATIONS, type Report, runConformance, toHtml } from '../../src/conformance.js';
import { assertValidReport } from '../support/report-schema.js';
import type { NodeVersion } from './node-exe.js';
import { windowsPath } from './prefix.js';
import { WINE_DEVIATIONS } from './wine-deviations.js';
import { root, type Workplace } from './workplace.js';

const program = join(root, 'dist', 'test', 'wine', 'run-sspi-conformance.js');
const knownDeviations = [...KNOWN_DEVIATIONS, ...WINE_DEVIATIONS];
const ACCOUNT = { user: 'TESTDOM\\alice', password: 'Passw0rd!' };

/** Wine's server runs ntlm_auth, which asks a domain controller unless it is given the password. */
const NTLM_AUTH = `#!/bin/sh
case "$*" in
  *squid-2.5-ntlmssp*) exec /usr/bin/ntlm_auth "$@" --password="$TOKENBINDING_PASSWORD" ;;
  *) exec /usr/bin/ntlm_auth "$@" ;;
esac
`;

/** Wine's Negotiate first looks for a KDC of the client's domain. The domain does not exist, so DNS is turned off. */
const KRB5_CONFIG = `[libdefaults]
  dns_lookup_kdc = false
  dns_lookup_realm = false
`;

/** Tests Wine's SSPI. The results say nothing about Microsoft's. */
export function describeSspiConformance(workplace: Workplace): void {
  const recording = join(workplace.folder, 'sspi.jsonl');
  const kerberos = join(workplace.folder, 'krb5.conf');

  const conformance = async (
    version: NodeVersion,
    args: string[],
    environment: NodeJS.ProcessEnv = {},
  ) => {
    writeFileSync(kerberos, KRB5_CONFIG);
    const variables = { KRB5_CONFIG: kerberos, ...environment };
    const { status, stdout, stderr } = await workplace.runInNode(
      version,
      [program, ...args],
      variables,
    );
    assert.match(stdout, /^\{/, stderr.slice(-2000));
    const report: Report = JSON.parse(stdout);
    assertValidReport(report);
    return { status, report };
  };

  const reports: Report[] = [];

  describe('conformance of SSPI under Wine, without an account', () => {
    let report: Report;
    let status: number | null;
    before(async () => {
      ({ report, status } = await conformance('20.20.2', ['client,server,both,mutations', '60']));
      reports.push(report);
    });

    it("finds only known deviations in Wine's client", () => {
      assert.deepEqual([differing(report), status], [[], 0]);
      assert.equal(report.sides[0].system?.wine, true);
      assert.match(report.sides[0].library?.path ?? '', /\\system32\\secur32\.dll$/i);
      const client = report.groups.find(({ name }) => name === 'client');
      assert.equal(client?.notComparable, 0);
      assert.ok((client?.agree ?? 0) > 500 && (client?.knownDeviation ?? 0) > 250);
    });

    it('reports that the server cannot be compared without an account', () => {
      const server = report.groups.find(({ name }) => name === 'server');
      assert.equal(server?.notComparable, server?.cases);
      assert.ok(
        report.whyNotComparable.some(({ why }) =>
          why.includes('Windows as the server needs an account'),
        ),
      );
    });
  });

  describe('conformance of SSPI under Wine, with an account', () => {
    let report: Report;
    let status: number | null;
    before(async () => {
      const folder = join(workplace.folder, 'ntlm_auth');
      mkdirSync(folder);
      writeFileSync(join(folder, 'ntlm_auth'), NTLM_AUTH);
      chmodSync(join(folder, 'ntlm_auth'), 0o755);
      // Without the client: its cases are the same as without an account. Wine starts a process for each context.
      const args = ['server,both,mutations', '90', ACCOUNT.user, windowsPath(recording)];
      const environment = {
        PATH: `${folder}:${process.env['PATH']}`,
        TOKENBINDING_PASSWORD: ACCOUNT.password,
      };
      ({ report, status } = await conformance('22.23.3', args, environment));
      reports.push(report);
    });

    it('finds only known deviations in Wine', () => {
      assert.deepEqual([differing(report), status], [[], 0]);
      // The mutations of Kerberos.
      const why = 'Kerberos on Windows needs a target and its keytab, and none was given';
      assert.deepEqual(
        report.whyNotComparable.map((one) => one.why),
        [why],
      );
    });

    it('makes a recording that agrees with a replay on Linux, which names Wine', async () => {
      const sides = [{ recording }, 'portable'] as const;
      const replayed = await runConformance({ sides, knownDeviations });
      assert.deepEqual(replayed.total, report.total);
      assert.match(conformanceLines(replayed).join('\n'), /^known wine-[a-z-]+: Wine 8\.0: /m);
      assert.match(toHtml(replayed), /Wine 8\.0: its client/);
      assert.doesNotMatch(readFileSync(recording, 'utf8'), /alice|Passw0rd/);
      const none = await runConformance({ sides });
      assert.equal(none.total.differ, report.total.knownDeviation);
    });
  });

  describe('the known deviations of SSPI under Wine', () => {
    it('are all found, and no deviation of Windows', () => {
      const found = reports.flatMap(({ deviations }) => deviations.map(({ id }) => id));
      const known = WINE_DEVIATIONS.map(({ id }) => id);
      assert.deepEqual(Array.from(new Set(found)).sort(), known.sort());
    });

    for (const [index, { id }] of WINE_DEVIATIONS.entries()) {
      it(`include ${id}: without it there is a difference`, () => {
        const known = WINE_DEVIATIONS.filter((_, place) => place !== index);
        const kinds = reports.flatMap(({ sides, cases }) => {
          const comparer = new Comparer(sides, [...KNOWN_DEVIATIONS, ...known]);
          // A case that needs an account has no outcome without one.
          return cases.flatMap(({ id, outcomes: [left, right] }) =>
            left && right ? [comparer.compare(id, left, right).kind] : [],
          );
        });
        assert.ok(kinds.includes('differ'));
      });
    }
  });
}

function differing({ cases, total }: Report): string[] {
  const ids = cases.filter(({ comparison }) => comparison.kind === 'differ').map(({ id }) => id);
  assert.equal(ids.length, total.differ);
  return ids;
}
