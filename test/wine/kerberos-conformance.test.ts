import { describeKerberosConformance } from './kerberos-conformance.js';
import { Workplace } from './workplace.js';

describeKerberosConformance(Workplace.forThisFile());
