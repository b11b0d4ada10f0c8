import { describeConformance } from './conformance.js';
import { Workplace } from './workplace.js';

describeConformance(Workplace.forThisFile());
