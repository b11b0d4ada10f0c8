// Gives each target inputs derived from a seed, for a given time, and counts the outcomes.
import { parseArgs } from 'node:util';
import { Random } from '../src/conformance/random.js';
import { command } from './command.js';
import { recording } from './recording.js';
import { ntlm, spnego, tokenDecoder } from './sspi.js';
import type { Target } from './target.js';
import { decoder, verifier } from './token-binding.js';

const TARGETS: readonly Target[] = [
  decoder,
  verifier,
  tokenDecoder,
  ntlm,
  spnego,
  recording,
  command,
];

const HELP = `Usage: npm run fuzz -- [--minutes <number>] [--seed <number>] [--only <target>]

  --minutes <number>  the duration, for all targets together (default 1)
  --seed <number>     the seed of the inputs (default: from the time)
  --only <target>     run only one of ${TARGETS.map(({ name }) => name).join(', ')}

Keys, nonces and challenges are new in each run: a seed repeats the changes, not the bytes. A failure
prints its inputs in hex and ends the run. Exit code: 0 no failure, 1 a failure.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
  if (targets.length === 0) throw new RangeError(`unknown target: ${values.only}\n\n${HELP}`);
  const milliseconds = (Number(values.minutes) * 60_000) / targets.length;
  console.log(`seed ${values.seed}`);
  for (const target of targets) await fuzz(target, Number(values.seed), milliseconds);
}

async function fuzz(target: Target, seed: number, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  const outcomes = new Map<string, number>();
  let count = 0;
  for (; performance.now() < end; count++) {
    const outcome = await target.run(new Random(seed, count));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const counts = [...outcomes].sort(([, a], [, b]) => b - a);
  const text = counts.map(([outcome, times]) => `${outcome} ${times}`).join(', ');
  console.log(`${target.name}: ${count} inputs: ${text}`);
}
