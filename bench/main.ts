// Measures ratios, prints them and writes them as JSON. A missed goal is no error: the goals were set on Node 20 with
// two cores, and a busy machine misses them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Outcome, ROUNDS, type Row } from './measure.js';
import { Peers } from './peers.js';
import { benchRows, describeMissing } from './rows.js';

const help = `Usage: npm run bench -- [--full] [--only <word>] [<file>]

Compares the speed of this package with bare node:crypto, bare node:http,
OpenSSL in C, gss-ntlmssp, MIT Kerberos and an empty program. It takes about
eight minutes. Each row has a process of its own. Run it on a machine that
does nothing else.

  --full         measure ${ROUNDS.full} rounds a row in place of ${ROUNDS.default}
  --only <word>  measure only the rows whose names contain this
  <file>         write the results there as JSON (default bench/result.json;
                 no file with --only)
`;

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
  // Only their names are used here: no peer starts.
  const all = benchRows(new Peers());
  const rows = all.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));
  if (rows.length === 0) {
    console.error(
      `no name of a row contains ${values.only}; rows are\n${all.map(({ name }) => name).join('\n')}`,
    );
    return 2;
  }
  for (const line of describeMissing()) console.log(line);
  const file = positionals[0] ?? (values.only === '' ? 'bench/result.json' : undefined);
  await measureAll(rows, ROUNDS[values.full ? 'full' : 'default'], file);
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
    const outcome = await measureApart(row, rounds);
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

/**
 * Measures a row in a new process. In a process that has measured others, V8 has compiled the code for the types of all
 * of them, and the heap is larger: a row can take twice as long.
 */
async function measureApart({ name }: Row, rounds: number): Promise<Outcome> {
  const program = fileURLToPath(new URL('measure-row.js', import.meta.url));
  const child = fork(program, [name, String(rounds)], { execArgv: ['--expose-gc'] });
  let outcome: Outcome | undefined;
  child.once('message', (message) => {
    outcome = message as Outcome;
  });
  const [code] = await once(child, 'exit');
  if (outcome === undefined || code !== 0) throw new Error(`${name}: ended with ${code}`);
  return outcome;
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
