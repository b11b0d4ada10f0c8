import { expectRefused } from '../outcome.js';
import type { Random } from '../random.js';
import type { SspiPackage } from './exchange.js';
import {
  deliverOnce,
  KERBEROS_PROTECTIONS,
  NTLM_PROTECTIONS,
  type Protection,
  testBytes,
} from './protection.js';
import { afterCleanHandshake, type Scenario } from './scenario.js';
import { CHECK_OF, changePart, ENCRYPTED_PARTS, TOKEN_OF } from './scenarios/kerberos/tokens.js';
import { changeMessage, NTLM_MESSAGES, type NtlmMessage, replaceToken } from './tampering.js';

/** A place is given in thousandths of the length, because the lengths of tokens differ between sides. */
const PARTS = 1000;

/** Changes one token, or the data of one message, at random. A signature covers both. */
export function randomScenario(random: Random, name: SspiPackage): Scenario {
  const isKerberos = name === 'Kerberos';
  if (random.below(2) === 0) return isKerberos ? alterKerberosToken(random) : alterToken(random);
  return alterMessage(random, isKerberos ? KERBEROS_PROTECTIONS : NTLM_PROTECTIONS);
}

/** The ids of altered messages. */
const IDS = { signature: 'signed', trailer: 'sealed', unencrypted: 'unencrypted' } as const;

interface Change {
  /** In words. */
  readonly what: string;
  readonly apply: (bytes: Buffer) => void;
}

/** Always changes at least one bit. */
function randomChange(random: Random): Change {
  const part = random.below(PARTS);
  const at = (bytes: Buffer) => Math.floor((bytes.length * part) / PARTS);
  const where = `at ${part} thousandths`;
  const mask = 1 + random.below(255);
  const flip = (bytes: Buffer, index: number, by: number) => {
    bytes[index] = (bytes[index] ?? 0) ^ by;
  };
  if (random.below(2) === 0) {
    const bit = random.below(8);
    return {
      what: `bit ${bit} flipped ${where}`,
      apply: (bytes) => flip(bytes, at(bytes), 1 << bit),
    };
  }
  const length = 1 + random.below(16);
  return {
    what: `up to ${length} bytes changed ${where}`,
    apply: (bytes) => {
      const end = Math.min(at(bytes) + length, bytes.length);
      for (let index = at(bytes); index < end; index++) flip(bytes, index, mask);
    },
  };
}

function alterToken(random: Random): Scenario {
  const message = random.of(Object.keys(NTLM_MESSAGES) as NtlmMessage[]);
  const isCut = random.below(4) === 0;
  const part = random.below(PARTS);
  const { what, apply } = randomChange(random);
  const cut = (token: Uint8Array) => token.subarray(0, Math.floor((token.length * part) / PARTS));
  const tamper = isCut ? replaceToken(message, cut) : changeMessage(message, apply);
  return {
    id: 'token',
    title: `${message}: ${isCut ? `cut off at ${part} thousandths` : what}`,
    call: 'step',
    failsLogon: true,
    expected: expectRefused('MS-NLMP 3.2.5.1.2'),
    prepare: (exchange) => afterCleanHandshake(exchange, {}, tamper),
  };
}

/** Only the encrypted parts of a token are authenticated, and their places differ between sides. */
function alterKerberosToken(random: Random): Scenario {
  const part = random.of(ENCRYPTED_PARTS);
  const { what, apply } = randomChange(random);
  return {
    id: 'token',
    title: `the encrypted ${part}: ${what}`,
    call: 'step',
    failsLogon: false,
    expected: expectRefused(CHECK_OF[TOKEN_OF[part]]),
    prepare: (exchange) => afterCleanHandshake(exchange, {}, changePart(part, apply)),
  };
}

function alterMessage(random: Random, protections: readonly Protection[]): Scenario {
  const protection = random.of(protections);
  const { name, call, clause, protect, receive } = protection;
  const before = 1 + random.below(3);
  const message = testBytes(1 + random.below(2000));
  const { what, apply } = randomChange(random);
  return {
    id: IDS[name],
    title: `message ${before} of ${message.length} bytes: ${what}`,
    call,
    failsLogon: false,
    expected: expectRefused(clause),
    prepare: async (exchange) => {
      const pair = await exchange.shakeHands();
      for (let count = 0; count < before; count++) deliverOnce(protection, pair);
      const made = protect(pair.other, message);
      const changed = Buffer.from(made.data);
      apply(changed);
      return () => {
        receive(pair.tested, { ...made, data: changed });
        return undefined;
      };
    },
  };
}
