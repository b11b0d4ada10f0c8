import type { Case } from '../../src/conformance/case.js';
import type { Answer, Outcome } from '../../src/conformance/outcome.js';
import type { SideDescription } from '../../src/conformance/sides/description.js';
import type { Side } from '../../src/conformance/sides/side.js';

/** A side whose answers come from a test. */
export function madeUpSide(
  answer: (test: Case) => Answer | Promise<Answer>,
  description: Partial<SideDescription> = {},
): Side {
  return {
    description: { name: 'windows', ...description },
    answer: async (test) => answer(test),
    notes: () => [],
  };
}

export const refused: Answer = { verdict: 'refused', reason: { code: 'ERR_TB_OS' } };

export function accepted(content: Partial<Outcome>): Outcome {
  return { verdict: 'accepted', ...content };
}
