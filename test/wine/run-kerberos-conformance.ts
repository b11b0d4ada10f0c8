// Runs in Windows' node.exe: compares Wine's Kerberos, through the adapter that gives it the shape of Windows, and prints
// the report as JSON.
import { run } from '../../src/conformance/run.js';
import { describeLibrary, describeSystem } from '../../src/conformance/sides/describe.js';
import { LiveSide } from '../../src/conformance/sides/live.js';
import { readService } from '../../src/conformance/sspi/kerberos/service.js';
import { openSide } from '../../src/conformance/sspi/open-side.js';
import { SspiSubject } from '../../src/conformance/sspi/subject.js';
import { openOverWine } from '../support/sspi-wine.js';
import { ownAddon } from '../windows/own-addon.js';
import { WINE_KERBEROS_DEVIATIONS } from './wine-kerberos-deviations.js';

const [target = '', keytab = '', record] = process.argv.slice(2);
const opening = ownAddon().openSspi();
if (!('calls' in opening)) throw new Error(JSON.stringify(opening));
const service = await readService({ target, keytab });
const subject = new SspiSubject(openOverWine(opening.calls), { service });
const library = describeLibrary(opening.path);
const wine = new LiveSide({ name: 'windows', library, system: describeSystem() }, subject);
const report = await run({
  sides: [wine, await openSide('portable')],
  area: 'sspi',
  groups: ['kerberos-client', 'kerberos-server', 'kerberos-both'],
  seed: 1,
  mutations: 0,
  record,
  knownDeviations: WINE_KERBEROS_DEVIATIONS,
});
process.stdout.write(JSON.stringify(report));
