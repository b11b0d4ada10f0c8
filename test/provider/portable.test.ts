import { MemoryKeyStore, open } from '../../src/index.js';
import { describeProvider } from './suites.js';

describeProvider({
  name: 'portable',
  open: () => open({ provider: 'portable', keyStore: new MemoryKeyStore() }),
  errorsSay: 'where',
  isExact: true,
  ownsStore: true,
});
