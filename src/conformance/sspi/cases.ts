import type { Case, Group } from '../case.js';
import { Random } from '../random.js';
import { randomScenario } from './mutations.js';
import { PACKAGES, ROLES, type Role, type Scenario, type SspiPackage } from './scenario.js';
import { alteredTokens } from './scenarios/altered-tokens.js';
import { attributes } from './scenarios/attributes.js';
import { bindings } from './scenarios/bindings.js';
import { forgeries } from './scenarios/forgeries.js';
import { handshakes } from './scenarios/handshakes.js';
import { identities } from './scenarios/identities.js';
import { messages } from './scenarios/messages.js';
import { order } from './scenarios/order.js';
import { replays } from './scenarios/replays.js';

const SCENARIOS: readonly (() => Iterable<Scenario>)[] = [
  handshakes,
  attributes,
  messages,
  forgeries,
  identities,
  bindings,
  order,
  replays,
  alteredTokens,
];

/** Every scenario of every package, in which the side that is asked has one role. */
export function* sspiCases(role: Role): Generator<Case> {
  for (const name of PACKAGES) {
    for (const scenarios of SCENARIOS) {
      for (const scenario of scenarios()) {
        yield caseOf(role, role, role, name, scenario);
      }
    }
  }
}

/**
 * Random changes of tokens and messages, of any role and package. Each follows from the seed and its index
 * alone.
 */
export function* sspiMutations(seed: number, count: number, first = 0): Generator<Case> {
  for (let index = first; index < first + count; index++) {
    const random = new Random(seed, index);
    const [role, name] = [random.of(ROLES), random.of(PACKAGES)];
    const scenario = randomScenario(random);
    const number = String(index).padStart(6, '0');
    yield caseOf('mutations', `mutations/${seed}/${number}/${role}`, role, name, scenario);
  }
}

/** @param place of the role, in the ids */
function caseOf(
  group: Group,
  place: string,
  role: Role,
  name: SspiPackage,
  scenario: Scenario,
): Case {
  const { title, expected } = scenario;
  const call = { name: 'scenario', role, package: name, scenario } as const;
  return {
    id: `${place}/${name.toLowerCase()}/${scenario.id}`,
    group,
    title: `${name}, ${role}: ${title}`,
    call,
    ...(expected && { expected }),
  };
}
