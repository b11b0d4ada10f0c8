import { randomBytes } from 'node:crypto';
import type { Gss } from './gss.js';
import { type Comparison, repeat } from './measure.js';
import { establish } from './ntlm.js';

const SIZES = [
  { size: 64, name: '64 B', sign: 6, seal: 5 },
  { size: 1024, name: '1 KiB', sign: 2.5, seal: 1.3 },
  { size: 16_384, name: '16 KiB', sign: 1, seal: 0.55 },
];

/** Signing and sealing with NTLM beside gss-ntlmssp's, each on a context with itself. */
export async function* againstGss(gss: Gss): AsyncGenerator<Comparison> {
  const context = await establish();
  for (const { size, name, sign, seal } of SIZES) {
    const message = new Uint8Array(randomBytes(size));
    yield {
      name: `NTLM: makeSignature of ${name} / gss_get_mic`,
      ratio: 'speed',
      goal: { atLeast: sign },
      ours: repeat(() => context.makeSignature(message)),
      baseline: gss.batch('sign', size),
    };
    yield {
      name: `NTLM: encryptMessage of ${name} / gss_wrap`,
      ratio: 'speed',
      goal: { atLeast: seal },
      ours: repeat(() => context.encryptMessage(message)),
      baseline: gss.batch('seal', size),
    };
  }
}
