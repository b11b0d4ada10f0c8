// Measures one row and sends the outcome to the process that started this one.
import { compare } from './measure.js';
import { Peers } from './peers.js';
import { benchRows } from './rows.js';

const [name, rounds] = process.argv.slice(2);
const peers = new Peers();
const row = benchRows(peers).find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`no row has the name ${name}`);
try {
  const outcome = await compare(row, Number(rounds));
  await new Promise((resolve) => process.send?.(outcome, resolve));
} finally {
  peers.stop();
  process.disconnect();
}
