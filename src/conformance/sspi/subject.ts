import { userInfo } from 'node:os';
import type { Sspi } from '../../sspi/interface.js';
import type { Answer, Outcome } from '../outcome.js';
import { clipText, describeReason } from '../outcome.js';
import { outcomeOf, outcomeOfError } from '../outcome-of.js';
import type { ConformanceAccount } from '../sides/choice.js';
import { Exchange, type OwnIdentity, type Role, type SspiPackage } from './exchange.js';
import { openPortable } from './kerberos/open-portable.js';
import { type KerberosService, newService } from './kerberos/service.js';
import { handshakeOnly, type Scenario, type TestedCall } from './scenario.js';

/** A user that only the portable server of a scenario knows. */
const PORTABLE_USER: OwnIdentity = {
  user: 'tokenbinding',
  domain: 'CONFORMANCE',
  password: 'of no account',
};

const NO_ACCOUNT = 'Windows as the server needs an account, and none was given';
const NO_SERVICE = 'Kerberos on Windows needs a target and its keytab, and none was given';
const NO_FAILED_LOGON =
  'it may count as a failed logon of the current user, and no account was given';

/** What a Windows side can be given. */
export interface SubjectOptions {
  readonly account?: ConformanceAccount | undefined;
  /** Without one, no case of Kerberos runs on Windows. */
  readonly service?: KerberosService | undefined;
}

/** A provider of SSPI, as the cases ask it. In a role of one end, the portable provider is the other end. */
export class SspiSubject {
  readonly #tested: Sspi;
  readonly #portable: Sspi;
  readonly #account: OwnIdentity | undefined;
  readonly #service: KerberosService;
  readonly #hasService: boolean;
  /** For a role and a package, why nobody can log on to this Windows; undefined if it is possible. */
  readonly #logons = new Map<string, Promise<string | undefined>>();

  constructor(tested: Sspi, { account, service }: SubjectOptions = {}) {
    this.#tested = tested;
    this.#account = account && identityOf(account);
    this.#service = service ?? newService();
    this.#hasService = service !== undefined;
    this.#portable = openPortable(this.#service);
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
    if (!this.#isWindows) return undefined;
    const packages = this.#tested.enumerateSecurityPackages();
    if (!packages.some((one) => one.name === name)) return `Windows has no package ${name}`;
    if (name === 'Kerberos') return this.#hasService ? this.#tryLogon(role, name) : NO_SERVICE;
    if (role === 'client' || this.#account !== undefined) return undefined;
    if (role === 'server') return NO_ACCOUNT;
    return failsLogon ? NO_FAILED_LOGON : await this.#tryLogon(role, name);
  }

  /** If Windows refuses every logon, nothing can be compared: the system decides who may log on. */
  #tryLogon(role: Role, name: SspiPackage): Promise<string | undefined> {
    const key = `${role} ${name}`;
    const tried = this.#logons.get(key) ?? this.#logOn(role, name);
    this.#logons.set(key, tried);
    return tried;
  }

  async #logOn(role: Role, name: SspiPackage): Promise<string | undefined> {
    const { verdict, reason } = await this.#run(role, name, LOGON);
    if (verdict === 'accepted') return undefined;
    // A refusal by the portable server is a difference.
    if (role === 'client' && reason?.os === undefined) return undefined;
    const what = reason === undefined ? verdict : describeReason(reason);
    return name === 'Kerberos'
      ? `Windows as ${ENDS[role]} of Kerberos completes no handshake for the target (${what})`
      : `the current user cannot log on to this Windows with ${name} (${what}), and no account was given`;
  }

  async #run(role: Role, name: SspiPackage, scenario: Scenario): Promise<Outcome> {
    const exchange = new Exchange({
      role,
      package: name,
      client: role === 'server' ? this.#portable : this.#tested,
      server: role === 'client' ? this.#portable : this.#tested,
      identity: name === 'Kerberos' ? this.#kerberosIdentity(role) : this.#identityIn(role),
      service: this.#service,
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
    return role === 'both' && this.#isWindows ? undefined : PORTABLE_USER;
  }

  /** The domain of Windows knows its users. A portable client issues a ticket to any user. */
  #kerberosIdentity(role: Role): OwnIdentity | undefined {
    if (!this.#isWindows) return PORTABLE_USER;
    if (role !== 'server' || this.#account !== undefined) return this.#account;
    return { ...PORTABLE_USER, user: userInfo().username };
  }

  get #isWindows(): boolean {
    return this.#tested.provider.name === 'windows';
  }
}

/** The ends that Windows has. */
const ENDS: Readonly<Record<Role, string>> = {
  client: 'the client',
  server: 'the server',
  both: 'both ends',
};

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
    const fault = clipText(`before the tested call${more}`);
    return { verdict: 'failed', reason: { ...reason, fault } };
  }
  return outcomeOf<Outcome>(async () => {
    const observations = await testedCall();
    return { verdict: 'accepted', ...(observations && { observations }) };
  });
}
