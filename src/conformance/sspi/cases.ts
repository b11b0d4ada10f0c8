import type { MakeCases, MutationRange } from '../area.js';
import type { Case } from '../case.js';
import { Random } from '../random.js';
import { PACKAGES, ROLES, type Role, type SspiPackage } from './exchange.js';
import { randomScenario } from './mutations.js';
import type { Scenario } from './scenario.js';
import { alteredTokens } from './scenarios/altered-tokens.js';
import { attributes } from './scenarios/attributes.js';
import { bindings } from './scenarios/bindings.js';
import { callOrder } from './scenarios/call-order.js';
import { forgeries } from './scenarios/forgeries.js';
import { handshakes } from './scenarios/handshakes.js';
import { identities } from './scenarios/identities.js';
import { messages } from './scenarios/messages.js';
import { replays } from './scenarios/replays.js';
import type { SspiSubject } from './subject.js';

const SCENARIOS: readonly (() => Iterable<Scenario>)[] = [
  handshakes,
  attributes,
  messages,
  forgeries,
  identities,
  bindings,
  callOrder,
  replays,
  alteredTokens,
];

/** The cases of SSPI by their groups: a group for each role of the tested side. */
export const cases: Readonly<Record<string, MakeCases>> = {
  client: () => casesInRole('client'),
  server: () => casesInRole('server'),
  both: () => casesInRole('both'),
  mutations,
};

/** Every scenario with every package. */
function* casesInRole(role: Role): Generator<Case<SspiSubject>> {
  for (const name of PACKAGES) {
    for (const scenarios of SCENARIOS) {
      for (const scenario of scenarios()) yield scenarioCase(role, role, name, scenario);
    }
  }
}

/** Random changes of tokens and messages, in any role. Each depends on the seed and its number only. */
function* mutations({
  seed,
  mutations: count,
  first = 0,
}: MutationRange): Generator<Case<SspiSubject>> {
  for (let index = first; index < first + count; index++) {
    const random = new Random(seed, index);
    const [role, name] = [random.of(ROLES), random.of(PACKAGES)];
    const number = String(index).padStart(6, '0');
    yield scenarioCase(`mutations/${seed}/${number}/${role}`, role, name, randomScenario(random));
  }
}

/** @param prefix of the id */
function scenarioCase(
  prefix: string,
  role: Role,
  name: SspiPackage,
  scenario: Scenario,
): Case<SspiSubject> {
  const { id, title, call, expected } = scenario;
  return {
    id: `${prefix}/${name.toLowerCase()}/${id}`,
    title: `${name}, ${role}: ${title}`,
    input: { call, package: name, role, scenario: title },
    ask: (subject) => subject.run(role, name, scenario),
    ...(expected && { expected }),
  };
}
