import type { Expectation, Observations } from '../outcome.js';
import type { ContextSetup, Exchange, Tamper } from './exchange.js';

/** The call that a scenario tests. */
export type ScenarioCall =
  | 'initializeSecurityContext'
  | 'step'
  | 'queryContextAttributes'
  | 'makeSignature'
  | 'verifySignature'
  | 'encryptMessage'
  | 'decryptMessage'
  | 'unwrapMessage'
  | 'close';

/** Makes the tested call. Its outcome, or the error that it throws, is the outcome of the case. */
export type TestedCall = () => Observations | undefined | Promise<Observations | undefined>;

/** A client, a server, and what happens to the tokens and messages between them. */
export interface Scenario {
  /** Unique within a role and a package: `signature/byte-05/bit-3`. */
  readonly id: string;
  readonly title: string;
  readonly call: ScenarioCall;
  /** Whether a server may count it as a failed logon. */
  readonly failsLogon: boolean;
  /** Absent if the specification leaves it open. */
  readonly expected?: Expectation;
  /** Prepares the tested call. An error of the preparation is no outcome. */
  readonly prepare: (exchange: Exchange) => TestedCall | Promise<TestedCall>;
}

/** Tests a handshake. */
export function handshakeOnly(setup?: ContextSetup): Scenario['prepare'] {
  return (exchange) => async () => {
    await exchange.shakeHands(setup);
    return undefined;
  };
}

/** Tests a handshake after a clean one: a refusal counts only if the side accepts a clean handshake. */
export async function afterCleanHandshake(
  exchange: Exchange,
  setup: ContextSetup,
  tamper?: Tamper,
): Promise<TestedCall> {
  await exchange.shakeHands();
  return async () => {
    await exchange.shakeHands(setup, tamper);
    return undefined;
  };
}
