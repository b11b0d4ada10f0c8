import type { Answer } from '../outcome.js';
import type { Side } from './side.js';

/** The expectations of the cases. They follow from how a case was made: no provider is asked. */
export const specification: Side = {
  description: { name: 'specification' },
  async answer({ expected }): Promise<Answer> {
    return expected?.outcome ?? { why: 'the specification leaves it open' };
  },
  notes: () => [],
};
