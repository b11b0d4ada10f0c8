import { open } from '../../src/index.js';
import { describeProvider } from '../provider/suites.js';
import { standIn } from './stand-in.js';

describeProvider({
  name: 'windows, over the stand-in with guarded memory',
  open: () => open({ provider: 'windows', libraryPath: standIn('-guard') }),
  errorsSay: 'status',
  isExact: true,
  ownsStore: true,
});
