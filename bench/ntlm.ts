import { createHmac, randomBytes } from 'node:crypto';
import { Rc4 } from '../src/sspi/ntlm/rc4.js';
import { openSspi, type SecurityContext } from '../src/sspi.js';
import { type Comparison, repeat } from './measure.js';

const SIZES = [
  { size: 64, name: '64 B', sign: 2.5, seal: 2 },
  { size: 1024, name: '1 KiB', sign: 1.2, seal: 1.05 },
  { size: 16_384, name: '16 KiB', sign: 0.95, seal: 0.9 },
];

/** Signing and sealing with NTLM beside their bare cryptography: createHmac, and RC4, which Node lacks. */
export async function* ntlmComparisons(): AsyncGenerator<Comparison> {
  const context = await establish();
  for (const { size, name, sign, seal } of SIZES) {
    const message = new Uint8Array(randomBytes(size));
    const bare = bareCryptography(message);
    yield {
      name: `NTLM: makeSignature of ${name} / createHmac and RC4`,
      ratio: 'speed',
      goal: { atLeast: sign },
      ours: repeat(() => context.makeSignature(message)),
      baseline: repeat(bare.sign),
    };
    yield {
      name: `NTLM: encryptMessage of ${name} / createHmac and RC4`,
      ratio: 'speed',
      goal: { atLeast: seal },
      ours: repeat(() => context.encryptMessage(message)),
      baseline: repeat(bare.seal),
    };
  }
}

function bareCryptography(message: Uint8Array): { sign(): void; seal(): void } {
  const key = randomBytes(16);
  const sequence = new Uint8Array(4);
  const stream = new Rc4(key);
  const signature = new Uint8Array(16);
  const sign = () => {
    signature.set(createHmac('md5', key).update(sequence).update(message).digest());
    stream.update(signature, signature, 0, 8);
  };
  const seal = () => {
    stream.update(message, new Uint8Array(message.length));
    sign();
  };
  return { sign, seal };
}

/** The client's side of an established context. */
export async function establish(): Promise<SecurityContext> {
  const sspi = openSspi({ provider: 'portable' });
  const base = { package: 'NTLM' } as const;
  const identity = { user: 'DOM\\alice', password: 'secret' };
  const outbound = await sspi.acquireCredentialsHandle({ ...base, use: 'outbound', identity });
  const accounts = () => ({ password: 'secret' });
  const inbound = await sspi.acquireCredentialsHandle({ ...base, use: 'inbound', accounts });
  const client = sspi.initializeSecurityContext(outbound);
  const server = sspi.acceptSecurityContext(inbound);
  const { token: negotiate } = await client.step();
  const { token: challenge } = await server.step(negotiate);
  const { token: authenticate } = await client.step(challenge);
  await server.step(authenticate);
  return client;
}
