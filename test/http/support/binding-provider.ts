import { open, type TokenBindingProvider } from '../../../src/index.js';

/** A provider that counts the messages that it verifies. */
export interface CountingProvider {
  readonly provider: TokenBindingProvider;
  count(): number;
}

export function countingProvider(): CountingProvider {
  const provider = open({ provider: 'portable' });
  let count = 0;
  const verifyMessage: TokenBindingProvider['verifyMessage'] = (...args) => {
    count += 1;
    return provider.verifyMessage(...args);
  };
  return {
    provider: Object.assign(Object.create(provider), { verifyMessage }),
    count: () => count,
  };
}
