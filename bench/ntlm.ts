import { createHmac, randomBytes } from 'node:crypto';
import { Rc4 } from '../src/sspi/crypto/rc4.js';
import { type Credentials, openSspi, type SecurityContext, type Sspi } from '../src/sspi.js';
import { type Batch, type Row, repeat } from './measure.js';

const SIZES = [
  { size: 64, name: '64 B', sign: 2.5, seal: 2 },
  { size: 1024, name: '1 KiB', sign: 1.2, seal: 1.05 },
  { size: 16_384, name: '16 KiB', sign: 0.95, seal: 0.9 },
];

/** Compares signing and sealing with NTLM with the bare cryptography: createHmac, and RC4, which Node lacks. */
export function ntlmRows(): Row[] {
  return SIZES.flatMap(({ size, name, sign, seal }): Row[] => {
    const message = new Uint8Array(randomBytes(size));
    const bare = bareCryptography(message);
    return [
      {
        name: `NTLM: makeSignature of ${name} / createHmac and RC4`,
        ratio: 'speed',
        goal: { atLeast: sign },
        prepare: async () => ({ ours: await signing(message), baseline: repeat(bare.sign) }),
      },
      {
        name: `NTLM: encryptMessage of ${name} / createHmac and RC4`,
        ratio: 'speed',
        goal: { atLeast: seal },
        prepare: async () => ({ ours: await sealing(message), baseline: repeat(bare.seal) }),
      },
    ];
  });
}

export async function signing(message: Uint8Array): Promise<Batch> {
  const [client] = await logOn(await acquire());
  return repeat(() => client.makeSignature(message));
}

export async function sealing(message: Uint8Array): Promise<Batch> {
  const [client] = await logOn(await acquire());
  return repeat(() => client.encryptMessage(message));
}

/** Handshakes of a client and a server, one after the other. */
export async function loggingOn(): Promise<Batch> {
  const credentials = await acquire();
  return async (times) => {
    for (let count = 0; count < times; count++) {
      for (const context of await logOn(credentials)) context.close();
    }
  };
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

interface Acquired {
  readonly sspi: Sspi;
  readonly outbound: Credentials;
  readonly inbound: Credentials;
}

async function acquire(): Promise<Acquired> {
  const sspi = openSspi({ provider: 'portable' });
  const base = { package: 'NTLM' } as const;
  const identity = { user: 'DOM\\alice', password: 'secret' };
  const outbound = await sspi.acquireCredentialsHandle({ ...base, use: 'outbound', identity });
  const accounts = () => ({ password: 'secret' });
  const inbound = await sspi.acquireCredentialsHandle({ ...base, use: 'inbound', accounts });
  return { sspi, outbound, inbound };
}

/** Both sides of an established context, the client first. */
async function logOn({
  sspi,
  outbound,
  inbound,
}: Acquired): Promise<[SecurityContext, SecurityContext]> {
  const client = sspi.initializeSecurityContext(outbound);
  const server = sspi.acceptSecurityContext(inbound);
  const { token: negotiate } = await client.step();
  const { token: challenge } = await server.step(negotiate);
  const { token: authenticate } = await client.step(challenge);
  await server.step(authenticate);
  return [client, server];
}
