import { after, before } from 'node:test';
import { describeConformance } from './conformance.js';
import { describeExample } from './example.js';
import { describeFaults } from './faults.js';
import { NODE_VERSIONS } from './node-exe.js';
import { describePeers } from './peers.js';
import { describeSspiConformance } from './sspi-conformance.js';
import { describeSuites } from './suites.js';
import { describeTarball } from './tarball.js';
import { Workplace } from './workplace.js';

// Windows' own node.exe under Wine, over stand-ins for tokenbinding.dll and Wine's SSPI: not Windows.
const workplace = new Workplace();
before(() => workplace.start());
after(() => workplace.stop());

for (const version of NODE_VERSIONS) describeSuites(version, workplace);
describePeers(workplace);
describeExample(workplace);
describeTarball(workplace);
describeConformance(workplace);
describeSspiConformance(workplace);
describeFaults(workplace);
