// A Kerberos client that does what its parent tells it, and counts the copies of secrets in its memory.
import { readFileSync } from 'node:fs';
import { openSspi, SspiError } from '../../src/sspi.js';
import { countInMemory } from '../support/memory-search.js';
import { PATIENT } from '../support/patience.js';

/** What the client logs on with. */
export interface LogOn {
  readonly command: 'log on';
  readonly configFile: string;
  readonly password?: string;
  readonly keytab?: string;
  /** Whether the client reads the keytab itself. */
  readonly asBytes?: boolean;
  readonly credentialCache?: string;
}

export type Command =
  | LogOn
  | { readonly command: 'close' }
  /** Byte strings, inverted, in hex. */
  | { readonly command: 'count'; readonly inverted: readonly string[] };

export interface Answer {
  /** The first token of the context, in hex. */
  readonly token?: string;
  /** That of an error. */
  readonly code?: string;
  readonly counts?: readonly number[];
}

const sspi = openSspi({ provider: 'portable' });
const open: { close(): void }[] = [];

async function logOn(request: LogOn): Promise<Answer> {
  const { configFile, credentialCache, password, keytab: path, asBytes } = request;
  const user = { user: 'alice', domain: 'EXAMPLE.TEST' };
  const keytab = asBytes && path !== undefined ? readFileSync(path) : path;
  const identity =
    credentialCache !== undefined
      ? { credentialCache }
      : keytab !== undefined
        ? { ...user, keytab }
        : { ...user, password: password as string };
  try {
    const credentials = await sspi.acquireCredentialsHandle({
      package: 'Kerberos',
      use: 'outbound',
      identity,
      kerberos: { configFile, timeout: PATIENT },
    });
    const target = 'HTTP/www.example.test';
    const context = sspi.initializeSecurityContext(credentials, { target, flags: ['integrity'] });
    open.push(context, credentials);
    const { token } = await context.step();
    return { token: Buffer.from(token).toString('hex') };
  } catch (error) {
    if (!(error instanceof SspiError)) throw error;
    return { code: error.code };
  } finally {
    if (keytab instanceof Uint8Array) keytab.fill(0);
  }
}

async function obey(command: Command): Promise<Answer> {
  if (command.command === 'log on') return logOn(command);
  if (command.command === 'close') {
    for (const thing of open) thing.close();
    return {};
  }
  return { counts: countInMemory(command.inverted.map((hex) => Buffer.from(hex, 'hex'))) };
}

process.on('message', async (command: Command) => {
  process.send?.(await obey(command));
});
