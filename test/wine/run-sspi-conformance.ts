// Runs in Windows' node.exe: compares NTLM and Negotiate, with Wine's deviations as known ones, and prints the report as
// JSON.
import { type Group, KNOWN_DEVIATIONS, runConformance } from '../../src/conformance.js';
import { WINE_DEVIATIONS } from './wine-deviations.js';

const [groups = '', mutations, user, record] = process.argv.slice(2);
const password = process.env['TOKENBINDING_PASSWORD'] ?? '';
const report = await runConformance({
  area: 'sspi',
  groups: groups.split(',') as Group[],
  mutations: Number(mutations),
  account: user === undefined ? undefined : { user, password },
  record,
  knownDeviations: [...KNOWN_DEVIATIONS, ...WINE_DEVIATIONS],
});
process.stdout.write(JSON.stringify(report));
