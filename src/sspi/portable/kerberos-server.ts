import { KerberosAcceptor } from '../kerberos/acceptor.js';
import { MAX_SKEW } from '../kerberos/clock.js';
import { loadKeytab } from '../kerberos/load-keytab.js';
import { ReplayCache } from '../kerberos/replay-cache.js';
import type { KerberosSession } from '../kerberos/session.js';
import { SharedKeys } from '../kerberos/shared-keys.js';
import type { Step } from '../security-context.js';
import type { Handshake } from '../session.js';
import type { AcceptorSource } from './sources.js';

/** One for all credentials of the process: several may have the same keys. */
const replayCache = new ReplayCache(MAX_SKEW);

/**
 * @param keytab a path, or bytes, which are overwritten; undefined for the keytab of the host
 * @throws SspiError SEC_E_NO_CREDENTIALS, SEC_E_UNKNOWN_CREDENTIALS
 */
export async function openKerberosServer(
  keytab: string | Uint8Array | undefined,
): Promise<AcceptorSource> {
  const shared = new SharedKeys(await loadKeytab(keytab));
  const settings = { keys: shared.keys, replayCache, skew: MAX_SKEW };
  return {
    name: 'Kerberos',
    start: (options) => new KerberosServer(new KerberosAcceptor(settings, options), shared.hold()),
    close: shared.hold(),
  };
}

/** A handshake, whose only step is the last that needs the keys. */
class KerberosServer implements Handshake {
  readonly #acceptor: KerberosAcceptor;
  readonly #release: () => void;

  constructor(acceptor: KerberosAcceptor, release: () => void) {
    this.#acceptor = acceptor;
    this.#release = release;
  }

  get session(): KerberosSession | undefined {
    return this.#acceptor.session;
  }

  step(token: Uint8Array): Step {
    try {
      return this.#acceptor.step(token);
    } finally {
      this.#release();
    }
  }

  close(): void {
    this.#release();
    this.#acceptor.close();
  }
}
