import { randomBytes } from 'node:crypto';
import { type Credentials, openSspi, type SecurityContext } from '../src/sspi.js';
import type { Operation } from './gss.js';
import type { KerberosService } from './kerberos-service.js';
import { type Batch, type Row, repeat } from './measure.js';
import type { KerberosPeer } from './peers.js';

const SIZES = [
  { size: 64, name: '64 B' },
  { size: 1024, name: '1 KiB' },
  { size: 16_384, name: '16 KiB' },
];

/** Encryption types, with the goals of the calls for each size. */
const ETYPES = [
  {
    number: 18,
    name: 'aes256-sha1',
    goals: { sign: [0.6, 0.65, 1.8], seal: [0.55, 1, 1.5], unseal: [0.4, 1, 2.2] },
  },
  {
    number: 19,
    name: 'aes128-sha2',
    goals: { sign: [0.7, 1.2, 1.7], seal: [0.7, 1.2, 1.7], unseal: [0.7, 1.2, 1.7] },
  },
] as const;

/** Both sides of an established context. */
interface Pair {
  readonly client: SecurityContext;
  readonly server: SecurityContext;
}

/** The batches of a call. `supply` makes the messages for those that take each only once. */
interface Work {
  readonly run: Batch;
  readonly supply?: Batch;
}

interface Call {
  readonly name: string;
  readonly goal: keyof (typeof ETYPES)[number]['goals'];
  readonly operation: Operation;
  readonly supply?: Operation;
  readonly work: (pair: Pair, message: Uint8Array) => Work;
}

const CALLS: readonly Call[] = [
  {
    name: 'makeSignature of * / gss_get_mic',
    goal: 'sign',
    operation: 'sign',
    work: ({ client }, message) => ({ run: repeat(() => client.makeSignature(message)) }),
  },
  {
    name: 'verifySignature of * / gss_verify_mic',
    goal: 'sign',
    operation: 'verify',
    supply: 'keep-signed',
    work: ({ client, server }, message) =>
      supplied(
        () => receive(client.makeSignature(message)),
        (signature) => server.verifySignature(message, signature),
      ),
  },
  {
    name: 'encryptMessage of * / gss_wrap',
    goal: 'seal',
    operation: 'seal',
    work: ({ client }, message) => ({ run: repeat(() => client.encryptMessage(message)) }),
  },
  {
    name: 'unwrapMessage of * / gss_unwrap',
    goal: 'unseal',
    operation: 'unseal',
    supply: 'keep-sealed',
    work: ({ client, server }, message) =>
      supplied(
        () => {
          const { trailer, data } = client.encryptMessage(message);
          return receive(Buffer.concat([trailer, data]));
        },
        (wrapped) => server.unwrapMessage(wrapped),
      ),
  },
];

/**
 * Compares Kerberos with MIT's: messages, and logons with mutual authentication. In each, a provider is both client and
 * server, and has the ticket and the service's key in memory: a logon reads no file. Our replay cache is on; MIT's is
 * off, because it would be a file.
 */
export function kerberosRows(start: (etype: number) => KerberosPeer): Row[] {
  return ETYPES.flatMap(({ number, name, goals }): Row[] => [
    ...SIZES.flatMap(({ size, name: sizeName }, index) =>
      CALLS.map((call): Row => {
        const message = new Uint8Array(randomBytes(size));
        return {
          name: `Kerberos ${name}: ${call.name.replace('*', sizeName)}`,
          ratio: 'speed',
          goal: { atLeast: goals[call.goal][index] as number },
          prepare: () => compareCall(call, start(number), message),
        };
      }),
    ),
    {
      name: `Kerberos ${name}: logon, client and server in one process / MIT's`,
      ratio: 'speed',
      goal: { atLeast: 0.8 },
      prepare: async () => {
        const { gss, service } = start(number);
        const ours = await loggingOn(service);
        // V8 has compiled so much code only after thousands of logons.
        await ours(10_000);
        return { ours, baseline: gss.batch('logon', 0) };
      },
    },
  ]);
}

async function compareCall(
  { operation, supply: baselineSupply, work }: Call,
  { gss, service }: KerberosPeer,
  message: Uint8Array,
) {
  const { run, supply } = work(await logOn(await acquire(service)), message);
  const comparison = { ours: run, baseline: gss.batch(operation, message.length) };
  if (supply === undefined || baselineSupply === undefined) return comparison;
  return {
    ...comparison,
    supply: { ours: supply, baseline: gss.batch(baselineSupply, message.length) },
  };
}

/** Work on messages that are made before, each for one call. */
function supplied(make: () => Uint8Array, use: (made: Uint8Array) => unknown): Work {
  let made: Uint8Array[] = [];
  return {
    supply: (times) => {
      made = Array.from({ length: times }, make);
    },
    run: () => {
      for (const item of made) use(item);
    },
  };
}

/**
 * Bytes in a Buffer, as a socket gives them. For a short Uint8Array on its own heap V8 would first have to make the
 * ArrayBuffer that the call asks for.
 */
function receive(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes);
}

async function loggingOn(service: KerberosService): Promise<Batch> {
  const credentials = await acquire(service);
  return async (times) => {
    for (let count = 0; count < times; count++) {
      const { client, server } = await logOn(credentials);
      client.close();
      server.close();
    }
  };
}

const sspi = openSspi({ provider: 'portable' });

interface Acquired {
  readonly outbound: Credentials;
  readonly inbound: Credentials;
  readonly target: string;
}

async function acquire(service: KerberosService): Promise<Acquired> {
  const { identity, target, files } = service;
  const { keytab } = files;
  const base = { package: 'Kerberos' } as const;
  const kerberos = { configFile: await service.start() };
  return {
    outbound: await sspi.acquireCredentialsHandle({ ...base, use: 'outbound', identity, kerberos }),
    inbound: await sspi.acquireCredentialsHandle({ ...base, use: 'inbound', keytab }),
    target,
  };
}

async function logOn({ outbound, inbound, target }: Acquired): Promise<Pair> {
  const flags = ['mutual-auth', 'replay-detect', 'sequence-detect', 'confidentiality'] as const;
  const client = sspi.initializeSecurityContext(outbound, { target, flags });
  const server = sspi.acceptSecurityContext(inbound);
  const { token: request } = await client.step();
  const { token: reply } = await server.step(request);
  await client.step(reply);
  return { client, server };
}
