// Prints ratios measured in this one process, and writes them as JSON. It judges nobody: the goals
// were set on Node 20 with two cores, and a busy machine misses them.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { againstGss } from './against-gss.js';
import { comparisons } from './comparisons.js';
import { Gss, missingForGss } from './gss.js';
import { type Comparison, compare, type Outcome } from './measure.js';

const file = process.argv[2] ?? 'bench/result.json';
const machine = {
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
};
console.log(`Node ${machine.node} on ${machine.cores} x ${machine.cpu}\n`);
console.log('  ratio   goal      ours us  baseline us');

const outcomes: Outcome[] = [];
for await (const comparison of comparisons()) await measure(comparison);
const missing = missingForGss();
if (missing.length === 0) {
  const gss = new Gss();
  try {
    for await (const comparison of againstGss(gss)) await measure(comparison);
  } finally {
    gss.stop();
  }
} else {
  console.log(`not measured: NTLM beside gss-ntlmssp, which needs ${missing.join(', ')}`);
}
writeFileSync(file, `${JSON.stringify({ ...machine, outcomes }, null, 2)}\n`);
console.log(`\nmedians of ${outcomes[0]?.rounds.length} rounds; written to ${file}`);

async function measure(comparison: Comparison): Promise<void> {
  const outcome = await compare(comparison);
  outcomes.push(outcome);
  const figures = [
    outcome.reached ? ' ' : '!',
    outcome.ratio.toFixed(3).padStart(6),
    outcome.goal.padStart(8),
    outcome.ours.toFixed(2).padStart(11),
    outcome.baseline.toFixed(2).padStart(12),
  ];
  console.log(`${figures.join(' ')}   ${outcome.name}`);
}
