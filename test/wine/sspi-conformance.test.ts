import { describeSspiConformance } from './sspi-conformance.js';
import { Workplace } from './workplace.js';

describeSspiConformance(Workplace.forThisFile());
