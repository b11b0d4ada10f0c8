// Gives each target inputs that follow from a seed, for a given time, and says what came of them.
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

  --minutes <number>  for how long, all targets together (default 1)
  --seed <number>     what the inputs follow from (default: the time)
  --only <target>     one of ${TARGETS.map(({ name }) => name).join(', ')}

Keys, nonces and challenges are new in each run: a seed repeats the changes, not the bytes. A broken
promise prints its inputs in hex. Exit code: 0 none was broken, 1 one was.
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
  if (targets.length === 0) throw new RangeError(`--only is no target: ${values.only}\n\n${HELP}`);
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
