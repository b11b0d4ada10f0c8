import { describeExample } from './example.js';
import { describePeers } from './peers.js';
import { Workplace } from './workplace.js';

const workplace = Workplace.forThisFile();
describePeers(workplace);
describeExample(workplace);
