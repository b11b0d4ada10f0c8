import type { Sspi } from '../../sspi/interface.js';
import { openSspi } from '../../sspi/open.js';
import type { Answer, Outcome } from '../outcome.js';
import { describeReason } from '../outcome.js';
import { outcomeOf, outcomeOfError } from '../outcome-of.js';
import type { ConformanceAccount } from '../sides/choice.js';
import { Exchange, type OwnIdentity, type Role, type SspiPackage } from './exchange.js';
import { handshakeOnly, type Scenario, type TestedCall } from './scenario.js';

/** A user that only the portable server of a scenario knows. */
const PORTABLE_USER: OwnIdentity = {
  user: 'tokenbinding',
  domain: 'CONFORMANCE',
  password: 'of no account',
};

const NO_ACCOUNT = 'Windows as the server needs an account, and none was given';
const NO_FAILED_LOGON =
  'it may count as a failed logon of the current user, and no account was given';

/** A provider of SSPI, as the cases ask it. In a role of one end, the portable provider is the other end. */
export class SspiSubject {
  readonly #tested: Sspi;
  readonly #portable = openSspi({ provider: 'portable' });
  readonly #account: OwnIdentity | undefined;
  /** For each package, why the current user cannot log on to this Windows; undefined if it can. */
  readonly #logons = new Map<SspiPackage, Promise<string | undefined>>();

  constructor(tested: Sspi, account?: ConformanceAccount) {
    this.#tested = tested;
    this.#account = account && identityOf(account);
  }

  /** Runs a scenario, unless that is impossible or would count as a failed logon of the current user. */
  async run(role: Role, name: SspiPackage, scenario: Scenario): Promise<Answer> {
    const why = await this.#whyImpossible(role, name, scenario);
    return why === undefined ? this.#run(role, name, scenario) : { why };
  }

  async #whyImpossible(
    role: Role,
    name: SspiPackage,
    { failsLogon }: Scenario,
  ): Promise<string | undefined> {
    if (this.#tested.provider.name !== 'windows') return undefined;
    const packages = this.#tested.enumerateSecurityPackages();
    if (!packages.some((one) => one.name === name)) return `Windows has no package ${name}`;
    if (role === 'client' || this.#account !== undefined) return undefined;
    if (role === 'server') return NO_ACCOUNT;
    return failsLogon ? NO_FAILED_LOGON : await this.#tryLogon(name);
  }

  /** If Windows refuses the current user, nothing can be compared: the system decides who may log on. */
  #tryLogon(name: SspiPackage): Promise<string | undefined> {
    const tried = this.#logons.get(name) ?? this.#logOn(name);
    this.#logons.set(name, tried);
    return tried;
  }

  async #logOn(name: SspiPackage): Promise<string | undefined> {
    const { verdict, reason } = await this.#run('both', name, LOGON);
    if (verdict === 'accepted') return undefined;
    const what = reason === undefined ? verdict : describeReason(reason);
    return `the current user cannot log on to this Windows with ${name} (${what}), and no account was given`;
  }

  async #run(role: Role, name: SspiPackage, scenario: Scenario): Promise<Outcome> {
    const exchange = new Exchange({
      role,
      package: name,
      client: role === 'server' ? this.#portable : this.#tested,
      server: role === 'client' ? this.#portable : this.#tested,
      identity: this.#identityIn(role),
    });
    try {
      return await runScenario(scenario, exchange);
    } finally {
      exchange.close();
    }
  }

  /** A portable server knows the user it is given. Windows knows its accounts and the current user. */
  #identityIn(role: Role): OwnIdentity | undefined {
    if (role !== 'client' && this.#account !== undefined) return this.#account;
    const isCurrentUser = role === 'both' && this.#tested.provider.name === 'windows';
    return isCurrentUser ? undefined : PORTABLE_USER;
  }
}

/** A handshake without tampering. */
const LOGON: Scenario = {
  id: 'logon',
  title: 'a logon',
  call: 'step',
  failsLogon: false,
  prepare: handshakeOnly(),
};

function identityOf({ user, password }: ConformanceAccount): OwnIdentity {
  const [domain = '', name = ''] = user.split('\\');
  return { user: name, domain, password };
}

/** An error before the tested call is no outcome of that call. It is a failure, which agrees with nothing. */
async function runScenario(scenario: Scenario, exchange: Exchange): Promise<Outcome> {
  let testedCall: TestedCall;
  try {
    testedCall = await scenario.prepare(exchange);
  } catch (error) {
    const { reason = { code: 'none' } } = outcomeOfError(error);
    const more = reason.fault === undefined ? '' : `: ${reason.fault}`;
    return { verdict: 'failed', reason: { ...reason, fault: `before the tested call${more}` } };
  }
  return outcomeOf<Outcome>(async () => {
    const observations = await testedCall();
    return { verdict: 'accepted', ...(observations && { observations }) };
  });
}
