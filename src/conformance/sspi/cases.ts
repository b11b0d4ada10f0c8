import type { MakeCases, MutationRange } from '../area.js';
import type { Case } from '../case.js';
import { Random } from '../random.js';
import { PACKAGES, ROLES, type Role, type SspiPackage } from './exchange.js';
import { randomScenario } from './mutations.js';
import { KERBEROS_PROTECTIONS, NTLM_PROTECTIONS } from './protection.js';
import type { Scenario } from './scenario.js';
import { ntlmAlteredTokens } from './scenarios/altered-tokens.js';
import { kerberosAttributes, ntlmAttributes } from './scenarios/attributes.js';
import { kerberosBindings, ntlmBindings } from './scenarios/bindings.js';
import { callOrder } from './scenarios/call-order.js';
import { forgeries } from './scenarios/forgeries.js';
import { ntlmHandshakes } from './scenarios/handshakes.js';
import { ntlmIdentities } from './scenarios/identities.js';
import { kerberosAlteredTokens } from './scenarios/kerberos/altered-tokens.js';
import { kerberosHandshakes } from './scenarios/kerberos/handshakes.js';
import { kerberosMessages } from './scenarios/kerberos/messages.js';
import { kerberosReplays } from './scenarios/kerberos/replays.js';
import { kerberosTargets, otherTarget } from './scenarios/kerberos/targets.js';
import { ntlmMessages } from './scenarios/messages.js';
import { ntlmReplays } from './scenarios/replays.js';
import type { SspiSubject } from './subject.js';

/** The cases of SSPI by their groups: two groups for each role of the tested side. */
export const cases: Readonly<Record<string, MakeCases>> = {
  client: () => ntlmCases('client'),
  server: () => ntlmCases('server'),
  both: () => ntlmCases('both'),
  'kerberos-client': () => kerberosCases('client'),
  'kerberos-server': () => kerberosCases('server'),
  'kerberos-both': () => kerberosCases('both'),
  mutations,
};

function* ntlmCases(role: Role): Generator<Case<SspiSubject>> {
  for (const name of ['NTLM', 'Negotiate'] as const) {
    const prefix = `${role}/${name.toLowerCase()}`;
    for (const scenario of ntlmScenarios()) yield scenarioCase(prefix, role, name, scenario);
  }
}

function* kerberosCases(role: Role): Generator<Case<SspiSubject>> {
  for (const scenario of kerberosScenarios(role)) {
    yield scenarioCase(`kerberos-${role}`, role, 'Kerberos', scenario);
  }
}

/** Also those of Negotiate, which chooses NTLM. */
function* ntlmScenarios(): Generator<Scenario> {
  yield* ntlmHandshakes();
  yield* ntlmAttributes();
  yield* ntlmMessages();
  yield* forgeries(NTLM_PROTECTIONS, { bitOfChecksum: 8 * 9, hasConstant: true });
  yield* ntlmIdentities();
  yield* ntlmBindings();
  yield* callOrder();
  yield* ntlmReplays();
  yield* ntlmAlteredTokens();
}

function* kerberosScenarios(role: Role): Generator<Scenario> {
  yield* kerberosHandshakes();
  yield* kerberosAttributes();
  yield* kerberosMessages();
  yield* forgeries(KERBEROS_PROTECTIONS, { bitOfChecksum: 8 * 16, hasConstant: false });
  if (role !== 'server') yield* kerberosTargets();
  if (role === 'client') yield* otherTarget();
  yield* kerberosBindings();
  yield* callOrder();
  yield* kerberosReplays();
  yield* kerberosAlteredTokens();
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
    const prefix = `mutations/${seed}/${number}/${role}/${name.toLowerCase()}`;
    yield scenarioCase(prefix, role, name, randomScenario(random, name));
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
    id: `${prefix}/${id}`,
    title: `${name}, ${role}: ${title}`,
    input: { call, package: name, role, scenario: title },
    ask: (subject) => subject.run(role, name, scenario),
    ...(expected && { expected }),
  };
}
