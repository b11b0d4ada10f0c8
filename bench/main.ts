// Measures ratios in one process, prints them and writes them as JSON. A missed goal is no error: the goals were
// set on Node 20 with two cores, and a busy machine misses them.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { gssRows } from './against-gss.js';
import { boundRows } from './bound.js';
import { missingForGss } from './gss.js';
import { httpGssRows, httpRows } from './http.js';
import { kerberosRows } from './kerberos.js';
import { compare, type Outcome, ROUNDS, type Row } from './measure.js';
import { ntlmRows } from './ntlm.js';
import { Peers } from './peers.js';
import { startUpRows } from './start-up.js';
import { tokenBindingRows } from './token-binding.js';

const help = `Usage: npm run bench -- [--full] [--only <word>] [<file>]

Compares the speed of this package with bare node:crypto, bare node:http,
gss-ntlmssp, MIT Kerberos and an empty program, in about three minutes.
Run it on a machine that does nothing else.

  --full         measure ${ROUNDS.full} rounds a row in place of ${ROUNDS.default}
  --only <word>  measure only the rows whose names contain this
  <file>         write the results there as JSON (default bench/result.json;
                 no file with --only)
`;

const COMPARED = {
  ntlm: 'NTLM and HTTP beside gss-ntlmssp',
  kerberos: 'Kerberos beside that of MIT',
};

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      full: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const peers = new Peers();
  const ntlm = () => peers.ntlm();
  const isThere = {
    ntlm: missingForGss('ntlm').length === 0,
    kerberos: missingForGss('kerberos').length === 0,
  };
  const all = [
    ...tokenBindingRows(),
    ...ntlmRows(),
    ...(isThere.ntlm ? [...gssRows(ntlm), ...httpGssRows(ntlm)] : []),
    ...(isThere.kerberos ? kerberosRows((etype) => peers.kerberos(etype)) : []),
    ...httpRows(),
    ...boundRows(),
    ...startUpRows(),
  ];
  const rows = all.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));
  if (rows.length === 0) {
    console.error(
      `no name of a row contains ${values.only}; rows are\n${all.map(({ name }) => name).join('\n')}`,
    );
    return 2;
  }
  for (const mechanism of ['ntlm', 'kerberos'] as const) {
    if (isThere[mechanism]) continue;
    const missing = missingForGss(mechanism).join(', ');
    console.log(`not measured: ${COMPARED[mechanism]}, which needs ${missing}`);
  }
  const file = positionals[0] ?? (values.only === '' ? 'bench/result.json' : undefined);
  try {
    await measureAll(rows, ROUNDS[values.full ? 'full' : 'default'], file);
  } finally {
    peers.stop();
  }
  return 0;
}

async function measureAll(
  rows: readonly Row[],
  rounds: number,
  file: string | undefined,
): Promise<void> {
  const machine = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
  };
  console.log(`Node ${machine.node} on ${machine.cores} x ${machine.cpu}\n`);
  console.log('  ratio   goal      ours us  baseline us');
  const outcomes: Outcome[] = [];
  for (const [index, row] of rows.entries()) {
    showProgress(`${index + 1} of ${rows.length}: ${row.name}`);
    const outcome = await compare(row, rounds);
    showProgress('');
    outcomes.push(outcome);
    console.log(lineOf(outcome));
    for (const { text, reached } of outcome.figures) {
      console.log(`${reached ? ' ' : '!'} ${' '.repeat(40)} ${text}`);
    }
  }
  console.log(`\nmedians of ${rounds} rounds${file === undefined ? '' : `; written to ${file}`}`);
  if (file !== undefined)
    writeFileSync(file, `${JSON.stringify({ ...machine, outcomes }, null, 2)}\n`);
}

/** Shows the progress. On a terminal the next text overwrites it. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}

function lineOf({ reached, ratio, goal, ours, baseline, name }: Outcome): string {
  const figures = [
    reached ? ' ' : '!',
    ratio.toFixed(3).padStart(6),
    goal.padStart(8),
    ours.toFixed(2).padStart(11),
    baseline.toFixed(2).padStart(12),
  ];
  return `${figures.join(' ')}   ${name}`;
}
