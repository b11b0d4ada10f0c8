import { after } from 'node:test';
import { describeArguments } from './arguments.js';
import { describeByteStrings } from './byte-strings.js';
import { describeChangingBytes } from './changing-bytes.js';
import { deleteNewKeys } from './domains.js';
import { describeGeneration } from './generation.js';
import { describeHostileObjects } from './hostile.js';
import type { ProviderUnderTest } from './under-test.js';
import { describeVectors } from './vectors.js';
import { describeVerification } from './verification.js';

/** Every suite for one provider. */
export function describeProvider(provider: ProviderUnderTest): void {
  describeVectors(provider);
  describeVerification(provider);
  describeGeneration(provider);
  describeArguments(provider);
  describeHostileObjects(provider);
  describeByteStrings(provider);
  describeChangingBytes(provider);
  if (!provider.ownsStore) after(() => deleteNewKeys(provider.open()));
}
