import { expectAccepted } from '../../../outcome.js';
import { testBytes } from '../../protection.js';
import type { Scenario } from '../../scenario.js';
import { isSame } from '../messages.js';
import { HEADER, RRC, wrap } from './wrap.js';

/** The last two rotate by more than the length of the message. */
const ROTATIONS = [0, 1, 12, 28, 76, 1000, 65_535] as const;

/** Messages with each rotation. A receiver must be able to take any (RFC 4121 4.2.5), and RRC is not authenticated. */
export function* rotations(): Generator<Scenario> {
  for (const [id, title, options] of [
    ['sealed', 'sealed', {}],
    ['unencrypted', 'sealed without encryption', { encrypt: false }],
  ] as const) {
    for (const rotation of ROTATIONS) {
      yield {
        id: `messages/rotated/${id}/${rotation}`,
        title: `a message, ${title}, that is rotated by ${rotation} bytes`,
        call: 'unwrapMessage',
        failsLogon: false,
        expected: expectAccepted('RFC 4121 4.2.5', { observations: { isOpened: true } }),
        prepare: async (exchange) => {
          const { tested, other } = await exchange.shakeHands();
          const message = testBytes(100);
          const wrapped = rotate(wrap(other, message, options), rotation);
          return () => ({ isOpened: isSame(tested.unwrapMessage(wrapped, options), message) });
        },
      };
    }
  }
}

/** The same token with another RRC. */
function rotate(token: Buffer, rotation: number): Buffer {
  const header = Buffer.from(token.subarray(0, HEADER));
  const body = token.subarray(HEADER);
  const moved = turnRight(body, rotation - header.readUInt16BE(RRC));
  header.writeUInt16BE(rotation, RRC);
  return Buffer.concat([header, moved]);
}

/** @param count negative to turn left */
function turnRight(bytes: Buffer, count: number): Buffer {
  const { length } = bytes;
  const cut = (((length - count) % length) + length) % length;
  return Buffer.concat([bytes.subarray(cut), bytes.subarray(0, cut)]);
}
