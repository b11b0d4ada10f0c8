import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { derFromRs, rsFromDer } from '../../src/tokenbinding/ecdsa-encoding.js';

/** Minimal two's complement by BigInt, independent of the code under test. */
function derInteger(half: Buffer): Buffer {
  const digits = BigInt(`0x${half.toString('hex')}`).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const padded = Number.parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even;
  const bytes = Buffer.from(padded, 'hex');
  return Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
}

function halfWith(zeros: number, top: number): Buffer {
  const half = randomBytes(32).fill(0, 0, zeros);
  if (zeros < 32) half.writeUInt8(top, zeros);
  return half;
}

describe('ECDSA-Sig-Value', () => {
  const halves = Array.from({ length: 33 }, (_, zeros) => zeros).flatMap((zeros) =>
    [0x01, 0x7f, 0x80, 0xff].map((top) => halfWith(zeros, top)),
  );

  it('is minimal DER for every number of leading zeros and both top bits', () => {
    for (const r of halves) {
      for (const s of halves) {
        const content = Buffer.concat([derInteger(r), derInteger(s)]);
        const der = Buffer.concat([Buffer.from([0x30, content.length]), content]);
        const rs = Buffer.concat([r, s]);
        assert.deepEqual(Buffer.from(derFromRs(rs)), der);
        assert.deepEqual(Buffer.from(rsFromDer(der)), rs);
      }
    }
  });
});
