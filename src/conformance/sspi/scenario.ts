import type { Expectation } from '../case.js';
import type { Observations } from '../cases/probe.js';
import type { OnItsWay, Setting, Stage } from './stage.js';

/** What the side is that is asked: the portable provider is the rest. */
export const ROLES = ['client', 'server', 'both'] as const;

export type Role = (typeof ROLES)[number];

/** The packages that both providers have. */
export const PACKAGES = ['NTLM', 'Negotiate'] as const;

export type SspiPackage = (typeof PACKAGES)[number];

/** The call that a scenario leads to. */
export type ScenarioCall =
  | 'initializeSecurityContext'
  | 'step'
  | 'queryContextAttributes'
  | 'makeSignature'
  | 'verifySignature'
  | 'encryptMessage'
  | 'decryptMessage'
  | 'close';

/** What is judged: that it passes, with what is observed, or what it is refused for. */
export type Judged = () => Observations | undefined | Promise<Observations | undefined>;

/** A client and a server, and what becomes of what they say. */
export interface Scenario {
  /** Unique, without role and package: `signature/byte-05/bit-3`. */
  readonly id: string;
  readonly title: string;
  readonly call: ScenarioCall;
  /** Whether a server may count it as a logon that failed. */
  readonly failsLogon: boolean;
  /** Absent where the specification leaves it open. */
  readonly expected?: Expectation;
  /** Leads to the call; what goes wrong on the way is no refusal of it. */
  readonly prepare: (stage: Stage) => Judged | Promise<Judged>;
}

export function passes(clause: string, observations?: Observations): Expectation {
  return { outcome: { verdict: 'accepted', ...(observations && { observations }) }, clause };
}

export function isRefused(clause: string): Expectation {
  return { outcome: { verdict: 'refused' }, clause };
}

/** A handshake that is judged. */
export function shakesHands(setting?: Setting): Scenario['prepare'] {
  return (stage) => async () => {
    await stage.handshake(setting);
    return undefined;
  };
}

/** A handshake that is judged after a plain one: that it is refused says nothing of who refuses all. */
export async function controlled(
  stage: Stage,
  setting: Setting,
  onItsWay?: OnItsWay,
): Promise<Judged> {
  await stage.handshake();
  return async () => {
    await stage.handshake(setting, onItsWay);
    return undefined;
  };
}
