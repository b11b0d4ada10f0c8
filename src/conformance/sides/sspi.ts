import type { Sspi } from '../../sspi/interface.js';
import { openSspi } from '../../sspi/open.js';
import { outcomeOf, outcomeOfError } from '../answer.js';
import type { Case } from '../case.js';
import { describeLibrary, thisSystem } from '../environment.js';
import type { ConformanceAccount } from '../options.js';
import type { Outcome } from '../outcome.js';
import { describeReason } from '../reasons.js';
import type { SideDescription } from '../report.js';
import {
  type Judged,
  type Role,
  type Scenario,
  type SspiPackage,
  shakesHands,
} from '../sspi/scenario.js';
import { type OwnIdentity, Stage } from '../sspi/stage.js';
import type { Answer, Side } from './side.js';

type Call = Extract<Case['call'], { name: 'scenario' }>;

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
  return new SspiSide({ name, ...path, system: thisSystem() }, tested, account);
}

/** A side in each of its roles: where it is one end alone, the portable provider is the other. */
export class SspiSide implements Side {
  readonly description: SideDescription;
  readonly #tested: Sspi;
  readonly #portable = openSspi({ provider: 'portable' });
  readonly #account: OwnIdentity | undefined;
  /** What comes of it, by package, when the user of this process logs on to the server of Windows. */
  readonly #ownUser = new Map<SspiPackage, Promise<string | undefined>>();

  constructor(description: SideDescription, tested: Sspi, account?: ConformanceAccount) {
    this.description = description;
    this.#tested = tested;
    this.#account = account && identityOf(account);
  }

  async answer({ call }: Case): Promise<Answer> {
    if (call.name !== 'scenario') return { why: 'it is a case of Token Binding' };
    const why = await this.#obstacle(call);
    if (why !== undefined) return { why };
    return { outcome: await this.#play(call, call.scenario) };
  }

  async finish(): Promise<void> {}

  notes(): readonly string[] {
    return [];
  }

  async close(): Promise<void> {}

  /** Why a scenario cannot be played. */
  async #obstacle({ role, package: name, scenario }: Call): Promise<string | undefined> {
    if (this.#tested.provider.name !== 'windows') return undefined;
    const packages = this.#tested.enumerateSecurityPackages();
    if (!packages.some((one) => one.name === name)) return `Windows has no package ${name}`;
    if (role === 'client' || this.#account !== undefined) return undefined;
    if (role === 'server') return NO_ACCOUNT;
    return scenario.failsLogon ? NO_FAILURE : await this.#tryOwnUser(name);
  }

  /** Where that is refused there is nothing to compare: who may log on is for the system to say. */
  #tryOwnUser(name: SspiPackage): Promise<string | undefined> {
    const tried = this.#ownUser.get(name) ?? this.#logOn(name);
    this.#ownUser.set(name, tried);
    return tried;
  }

  async #logOn(name: SspiPackage): Promise<string | undefined> {
    const { verdict, reason } = await this.#play({ role: 'both', package: name }, LOGON);
    if (verdict === 'accepted') return undefined;
    const what = reason === undefined ? verdict : describeReason(reason);
    return `the user who runs this does not get on to this Windows with ${name} (${what}), and no account was given`;
  }

  async #play(
    { role, package: name }: Pick<Call, 'role' | 'package'>,
    scenario: Scenario,
  ): Promise<Outcome> {
    const stage = new Stage({
      role,
      package: name,
      client: role === 'server' ? this.#portable : this.#tested,
      server: role === 'client' ? this.#portable : this.#tested,
      identity: this.#identityIn(role),
    });
    try {
      return await played(scenario, stage);
    } finally {
      stage.close();
    }
  }

  /** A portable server has whom it is told of; Windows has accounts, and the user of this process. */
  #identityIn(role: Role): OwnIdentity | undefined {
    if (role !== 'client' && this.#account !== undefined) return this.#account;
    const isOwnUser = role === 'both' && this.#tested.provider.name === 'windows';
    return isOwnUser ? undefined : NOBODY;
  }
}

const NO_ACCOUNT = 'the server of Windows knows accounts of its own, and none was given';
const NO_FAILURE =
  'it may count as a failed logon of the user who runs this, and no account was given';

/** A handshake that nobody interferes with. */
const LOGON: Scenario = {
  id: 'logon',
  title: 'a logon',
  call: 'step',
  failsLogon: false,
  prepare: shakesHands(),
};

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
    const more = reason.fault === undefined ? '' : `: ${reason.fault}`;
    const fault = `before the call that is judged${more}`;
    return { verdict: 'failed', reason: { ...reason, fault } };
  }
  return outcomeOf(async () => {
    const observations = await judged();
    return { verdict: 'accepted', ...(observations && { observations }) };
  });
}
