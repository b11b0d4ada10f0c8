import { describeSuites } from './suites.js';
import { Workplace } from './workplace.js';

describeSuites('22.23.3', Workplace.forThisFile());
