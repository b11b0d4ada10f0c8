import type { MakeCases } from '../../area.js';
import type { Case } from '../../case.js';
import type { TokenBindingSubject } from '../subject.js';
import { faults } from './faults.js';
import { generateMessageCases } from './generate-message.js';
import { identifiers } from './identifiers.js';
import { messages } from './messages.js';
import { mutations } from './mutations.js';
import { probes } from './probes.js';
import { vectors } from './vectors.js';

/** The cases of Token Binding by their groups. */
export const cases: Readonly<Record<string, MakeCases>> = {
  vectors,
  messages: messagesAndFaults,
  'generate-message': generateMessageCases,
  identifiers,
  mutations,
  probes,
};

function* messagesAndFaults(): Generator<Case<TokenBindingSubject>> {
  yield* messages();
  yield* faults();
}
