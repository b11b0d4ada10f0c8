import { describeArguments } from './arguments.js';
import { describeContexts } from './contexts.js';
import { describeMessages } from './messages.js';
import { describeResults } from './results.js';
import type { SspiUnderTest } from './under-test.js';

/** Every suite, for one provider. */
export function describeSspi(provider: SspiUnderTest): void {
  describeContexts(provider);
  describeMessages(provider);
  describeResults(provider);
  describeArguments(provider);
}
