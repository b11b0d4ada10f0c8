import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { loadConfiguration } from '../../src/sspi/kerberos/configuration/load-configuration.js';
import { loadProfile } from '../../src/sspi/kerberos/configuration/load-profile.js';
import type { Section } from '../../src/sspi/kerberos/configuration/profile.js';
import { readDuration } from '../../src/sspi/kerberos/configuration/read-values.js';
import { SspiError } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { PYTHON, programFile } from './program.js';

const folder = temporaryFolder();
const included = join(folder, 'included');
const parts = join(folder, 'parts');
mkdirSync(parts);
const program: ChildProcessByStdio<Writable, Readable, null> = spawn(
  PYTHON,
  ['-B', programFile('mit_profile.py')],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
const answers = createInterface(program.stdout)[Symbol.asyncIterator]();
after(() => program.stdin.end());

const TAGS = ['a', 'b', 'c'];
/** The tags of values up to the third level. */
const NAMES = TAGS.flatMap((one) =>
  TAGS.flatMap((two) => [[one, two], ...TAGS.map((three) => [one, two, three])]),
);

/** A call of MIT Kerberos; null if it reports an error. */
async function callMit<T>(call: string, fields: Record<string, unknown>): Promise<T | null> {
  program.stdin.write(`${JSON.stringify({ call, ...fields })}\n`);
  const { value } = await answers.next();
  return JSON.parse(value);
}

/** The values as this package reads them; the message of the error if it rejects a file. */
async function ourValues(files: string): Promise<string[][] | string> {
  try {
    const { root } = await loadProfile(files.split(':'));
    return NAMES.map((names) => valuesOf(root, names));
  } catch (error) {
    assert.ok(error instanceof SspiError && error.code === 'SEC_E_CANNOT_INSTALL', String(error));
    return error.message;
  }
}

function valuesOf(root: Section | undefined, names: readonly string[]): string[] {
  let section = root;
  for (const name of names.slice(0, -1)) section = section?.section(name);
  return (section?.values(names.at(-1) as string) ?? []).map(({ text }) => text);
}

const tag = fc.constantFrom(...TAGS);
const space = fc.constantFrom('', '', ' ', '\t', '  ');
const star = fc.constantFrom('', '', '', '*');
const word = fc.string({ unit: fc.constantFrom(...'xyz {}[]#;"\\n=*\t'), maxLength: 8 });
const value = fc.oneof(
  tag,
  word,
  word.map((text) => `"${text}"`),
);
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(space, tag, star, space, value, space)
      .map(
        ([before, name, final, inner, text, end]) =>
          `${before}${name}${final}${inner}=${inner}${text}${end}`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(tag, star, space).map(([name, final, end]) => `[${name}]${final}${end}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(space, tag, star, space)
      .map(([before, name, final, end]) => `${before}${name}${final} = {${end}`),
  },
  { weight: 2, arbitrary: fc.tuple(space, star).map(([before, final]) => `${before}}${final}`) },
  fc.tuple(tag, space, space).map(([name, before, end]) => `${name} =${end}\n${before}{`),
  fc.tuple(space, fc.constantFrom('#', ';', ''), word).map((texts) => texts.join('')),
  fc.constantFrom(
    `include ${included}`,
    `includedir ${parts}`,
    'include',
    'includedirx',
    'module x:y',
  ),
  word,
);
/** Whole sections, which MIT Kerberos accepts more often than single lines. */
const block: fc.Arbitrary<string> = fc.oneof(
  line,
  fc
    .tuple(tag, star, fc.array(fc.tuple(tag, star, value), { maxLength: 3 }), star)
    .map(([name, final, values, end]) =>
      [
        `${name}${final} = {`,
        ...values.map(([key, mark, text]) => `  ${key}${mark} = ${text}`),
        `}${end}`,
      ].join('\n'),
    ),
);
const content = fc
  .tuple(star, fc.array(block, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'))
  .map(([final, blocks, end]) => [`[a]${final}`, ...blocks, ''].join('\n').replaceAll('\n', end));

describe('krb5.conf', () => {
  it('has the same values here and in MIT Kerberos', async () => {
    let accepted = 0;
    let rejected = 0;
    const paths = ['one', 'two'].map((name) => join(folder, name));
    const property = fc.asyncProperty(content, content, content, async (one, two, part) => {
      const [first = '', second = ''] = paths;
      writeFileSync(first, one);
      writeFileSync(second, two);
      for (const path of [included, join(parts, 'part')]) writeFileSync(path, part);
      const files = paths.join(':');
      const [ours, mits] = [
        await ourValues(files),
        await callMit('values', { files, names: NAMES }),
      ];
      if (mits === null) {
        assert.equal(typeof ours, 'string', 'MIT Kerberos rejects what is accepted here');
        rejected++;
      } else if (typeof ours === 'string') {
        // The differences that the documentation of the parser names.
        assert.match(ours, / is never closed$|files include each other/);
      } else {
        assert.deepEqual(ours, mits);
        accepted++;
      }
    });
    await fc.assert(property, { seed: Number(process.env['FC_SEED'] ?? 5), numRuns: 300 });
    assert.ok(accepted > 20 && rejected > 20, `${accepted} accepted, ${rejected} rejected`);
  });

  it('gives hosts the realms that MIT Kerberos does', async () => {
    const label = fc.constantFrom('a', 'b', 'c', '');
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const realm = fc.constantFrom('R', 'S', 'Mixed.Case', '""');
    const domains = fc.array(
      fc.tuple(
        host.filter((name) => name !== ''),
        realm,
      ),
      { maxLength: 6 },
    );
    const path = join(folder, 'domains');
    const property = fc.asyncProperty(domains, fc.array(host), async (entries, hosts) => {
      const lines = entries.map(([name, value]) => `${name} = ${value}`);
      writeFileSync(path, ['[domain_realm]', ...lines, ''].join('\n'));
      const configuration = await loadConfiguration(path);
      const ours = hosts.map((name) => configuration.realmOfHost(name) ?? '');
      assert.deepEqual(ours, await callMit('realms', { file: path, hosts }));
    });
    await fc.assert(property, { seed: Number(process.env['FC_SEED'] ?? 6), numRuns: 300 });
  });

  it('reads no duration differently from MIT Kerberos', async () => {
    const number = fc.oneof(fc.nat(99), fc.nat()).map(String);
    const unit = fc.constantFrom('d', 'h', 'm', 's', '', ':', ' ', '-');
    const text = fc.oneof(
      fc
        .array(fc.tuple(number, unit), { minLength: 1, maxLength: 4 })
        .map((all) => all.flat().join('')),
      fc.tuple(number, number, number).map((parts) => parts.join(':')),
    );
    const seen = { accepted: 0, rejected: 0 };
    const property = fc.asyncProperty(text, async (duration) => {
      const ours = readOurs(duration.trim());
      const mits = await callMit<number>('duration', { text: duration.trim() });
      if (ours === undefined) seen.rejected++;
      else {
        assert.equal(ours, mits);
        seen.accepted++;
      }
    });
    await fc.assert(property, { seed: Number(process.env['FC_SEED'] ?? 7), numRuns: 1000 });
    assert.ok(seen.accepted > 100 && seen.rejected > 100, JSON.stringify(seen));
  });
});

function readOurs(text: string): number | undefined {
  try {
    return readDuration({ text, where: 'test' });
  } catch (error) {
    assert.ok(error instanceof SspiError && error.code === 'SEC_E_CANNOT_INSTALL');
    return undefined;
  }
}
