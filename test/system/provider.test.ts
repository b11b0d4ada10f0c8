import { open } from '../../src/index.js';
import { describeProvider } from '../provider/suites.js';

describeProvider({
  name: 'windows, over the DLL of System32',
  open: () => open({ provider: 'windows' }),
  errorsSay: 'status',
  isExact: false,
  ownsStore: false,
});
