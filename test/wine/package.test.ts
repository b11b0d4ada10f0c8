import { describeFaults } from './faults.js';
import { describeOutputs } from './outputs.js';
import { describeTarball } from './tarball.js';
import { Workplace } from './workplace.js';

const workplace = Workplace.forThisFile();
describeOutputs(workplace);
describeTarball(workplace);
describeFaults(workplace);
