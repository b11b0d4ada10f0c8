import { openSspi } from '../../sspi/open.js';
import type { Sspi } from '../../sspi/sspi.js';
import { outcomeOf, outcomeOfError } from '../answer.js';
import type { Call, Case } from '../case.js';
import { describeLibrary, thisSystem } from '../environment.js';
import type { ConformanceAccount } from '../options.js';
import type { Outcome } from '../outcome.js';
import type { SideDescription } from '../report.js';
import type { Judged, Scenario } from '../sspi/scenario.js';
import { type OwnIdentity, Stage } from '../sspi/stage.js';
import type { Answer, Side } from './side.js';

type ScenarioOf = Extract<Call, { name: 'scenario' }>;

/** Whom no server knows but the portable one of these cases. */
const NOBODY: OwnIdentity = {
  user: 'tokenbinding',
  domain: 'CONFORMANCE',
  password: 'of no account',
};

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION, ERR_SSPI_OS where Windows' own is not there or does not load */
export function openSspiSide(
  provider: 'windows' | 'portable',
  account: ConformanceAccount | undefined,
): Side {
  const tested = openSspi({ provider });
  const { name, library } = tested.provider;
  const path = library === undefined ? {} : { library: describeLibrary(library) };
  return sspiSide({ name, ...path, system: thisSystem() }, tested, account);
}

/**
 * A side in each of its roles: where it is the client alone, or the server, the portable provider is the other
 * end. The calls are those of this package.
 */
export function sspiSide(
  description: SideDescription,
  tested: Sspi,
  account?: ConformanceAccount,
): Side {
  const portable = openSspi({ provider: 'portable' });
  const known = account && identityOf(account);
  return {
    description,
    async answer({ call }: Case): Promise<Answer> {
      if (call.name !== 'scenario') return { why: 'it is a case of Token Binding' };
      const isOwnUser = tested.provider.name === 'windows' && !known && call.role === 'both';
      const why = obstacle(call, tested, known);
      if (why !== undefined) return { why };
      const stage = new Stage({
        role: call.role,
        package: call.package,
        client: call.role === 'server' ? portable : tested,
        server: call.role === 'client' ? portable : tested,
        identity: isOwnUser ? undefined : call.role === 'client' ? NOBODY : (known ?? NOBODY),
      });
      try {
        const outcome = await played(call.scenario, stage);
        if (isOwnUser && outcome.reason?.code === 'SEC_E_NO_CREDENTIALS') return { why: NO_USER };
        return { outcome };
      } finally {
        stage.close();
      }
    },
    async finish(): Promise<void> {},
    notes: () => [],
    async close(): Promise<void> {},
  };
}

const NO_ACCOUNT = 'the server of Windows knows the accounts of that alone, and none was given';
const NO_FAILURE =
  'it may count as a failed logon of the user who runs this, and no account was given';
const NO_USER = 'the user who runs this has no credentials for it, and no account was given';

/** Why a scenario cannot be played. */
function obstacle(
  { role, package: name, scenario }: ScenarioOf,
  tested: Sspi,
  known: OwnIdentity | undefined,
): string | undefined {
  if (tested.provider.name !== 'windows') return undefined;
  const packages = tested.enumerateSecurityPackages();
  if (!packages.some((one) => one.name === name)) return `${name} is none of its packages`;
  if (role === 'client' || known !== undefined) return undefined;
  if (role === 'server') return NO_ACCOUNT;
  return scenario.failsLogon ? NO_FAILURE : undefined;
}

function identityOf({ user, password }: ConformanceAccount): OwnIdentity {
  const [domain = '', name = ''] = user.split('\\');
  return { user: name, domain, password };
}

/** What goes wrong before the call that is judged is no outcome of it, and agrees with none. */
async function played(scenario: Scenario, stage: Stage): Promise<Outcome> {
  let judged: Judged;
  try {
    judged = await scenario.prepare(stage);
  } catch (error) {
    const { reason = { code: 'none' } } = outcomeOfError(error);
    const fault = `before the call that is judged${reason.fault === undefined ? '' : `: ${reason.fault}`}`;
    return { verdict: 'failed', reason: { ...reason, fault } };
  }
  return outcomeOf(async () => {
    const observations = await judged();
    return { verdict: 'accepted', ...(observations && { observations }) };
  });
}
