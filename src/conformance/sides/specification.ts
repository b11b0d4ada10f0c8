import type { Answer, Side } from './side.js';

/** What RFC 8471 or MS-NLMP says of each case, by how that was made: no code of the providers is asked. */
export const specification: Side = {
  description: { name: 'specification' },
  async answer({ expected }): Promise<Answer> {
    return expected ? { outcome: expected.outcome } : { why: 'the specification leaves it open' };
  },
  async finish(): Promise<void> {},
  notes: () => [],
  async close(): Promise<void> {},
};
