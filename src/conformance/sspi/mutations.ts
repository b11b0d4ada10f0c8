import type { Random } from '../random.js';
import { content, deliver, SEALING, SIGNING } from './protection.js';
import { controlled, isRefused, type Scenario } from './scenario.js';
import { changing, NTLM_MESSAGES, type NtlmMessage, replacing } from './tokens.js';

/** Of a place in what is changed: it follows from the seed, and lengths differ from side to side. */
const PARTS = 1000;

/** A change of one token, or of the data of one message, at random: a MAC is over both. */
export function randomScenario(random: Random): Scenario {
  return random.below(2) === 0 ? alteredToken(random) : alteredMessage(random);
}

interface Edit {
  readonly what: string;
  readonly change: (bytes: Buffer) => void;
}

/** Never the same bytes: each changes a bit at least. */
function randomEdit(random: Random): Edit {
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
      change: (bytes) => flip(bytes, at(bytes), 1 << bit),
    };
  }
  const length = 1 + random.below(16);
  return {
    what: `up to ${length} bytes changed ${where}`,
    change: (bytes) => {
      const end = Math.min(at(bytes) + length, bytes.length);
      for (let index = at(bytes); index < end; index++) flip(bytes, index, mask);
    },
  };
}

function alteredToken(random: Random): Scenario {
  const message = random.of(Object.keys(NTLM_MESSAGES) as NtlmMessage[]);
  const isCut = random.below(4) === 0;
  const part = random.below(PARTS);
  const { what, change } = randomEdit(random);
  const cut = (token: Uint8Array) => token.subarray(0, Math.floor((token.length * part) / PARTS));
  return {
    id: 'token',
    title: `${message}: ${isCut ? `cut off at ${part} thousandths` : what}`,
    call: 'step',
    failsLogon: true,
    expected: isRefused('MS-NLMP 3.2.5.1.2'),
    prepare: (stage) => {
      return controlled(stage, {}, isCut ? replacing(message, cut) : changing(message, change));
    },
  };
}

function alteredMessage(random: Random): Scenario {
  const protection = random.of([SIGNING, SEALING]);
  const { name, call, clause, make, take } = protection;
  const before = 1 + random.below(3);
  const message = content(1 + random.below(2000));
  const { what, change } = randomEdit(random);
  return {
    id: name === 'signature' ? 'signed' : 'sealed',
    title: `message ${before} of ${message.length} bytes: ${what}`,
    call,
    failsLogon: false,
    expected: isRefused(clause),
    prepare: async (stage) => {
      const pair = await stage.handshake();
      for (let count = 0; count < before; count++) deliver(protection, pair);
      const { data, token } = make(pair.other, message);
      const changed = Buffer.from(data);
      change(changed);
      return () => {
        take(pair.tested, { data: changed, token });
        return undefined;
      };
    },
  };
}
