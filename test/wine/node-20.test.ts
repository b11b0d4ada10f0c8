import { describeSuites } from './suites.js';
import { Workplace } from './workplace.js';

describeSuites('20.20.2', Workplace.forThisFile());
