import type { Case } from '../../src/conformance/case.js';
import type { Outcome } from '../../src/conformance/outcome.js';
import type { SideDescription } from '../../src/conformance/report.js';
import type { Answer, Side } from '../../src/conformance/sides/side.js';

/** A side that a test makes up: it stands for no provider. */
export function madeUpSide(
  answer: (test: Case) => Answer | Promise<Answer>,
  description: Partial<SideDescription> = {},
): Side & { closed: boolean } {
  return {
    closed: false,
    description: { name: 'windows', ...description },
    answer: async (test) => answer(test),
    async finish() {},
    notes: () => [],
    async close() {
      this.closed = true;
    },
  };
}

export const refused: Answer = { outcome: { verdict: 'refused', reason: { code: 'ERR_TB_OS' } } };

export function outcome(value: Partial<Outcome>): Answer {
  return { outcome: { verdict: 'accepted', ...value } };
}
