import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { checkBytes, outOfRange } from '../../../bytes/check.js';
import { MAX_TOKEN } from '../../../sspi/arguments.js';
import { tlsServerEndPoint } from '../../../sspi/channel-bindings.js';
import type { Credentials } from '../../../sspi/credentials.js';
import { SspiError } from '../../../sspi/error.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import { ADVICE } from './events.js';
import { adviceFor, newClosedError, ServerFailure } from './refusal.js';
import type { Settings } from './settings.js';

/** Makes the contexts of handshakes, from credentials that are acquired once. */
export class Contexts {
  readonly #settings: Settings;
  #acquired: Promise<Credentials> | undefined;
  #isClosed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws ServerFailure */
  async create(request: IncomingMessage): Promise<SecurityContext> {
    const { sspi, targets } = this.#settings;
    const bindings = this.#bindingsOf(request);
    try {
      const credentials = await this.#credentials();
      return sspi.acceptSecurityContext(credentials, { ...bindings, targets });
    } catch (error) {
      throw new ServerFailure('unavailable', error, adviceFor(error));
    }
  }

  /** Closes the credentials that were acquired here. No context can be made then. */
  close(): void {
    const { keytab } = this.#settings;
    if (keytab instanceof Uint8Array) keytab.fill(0);
    this.#isClosed = true;
    this.#acquired?.then(
      (credentials) => credentials.close(),
      () => {},
    );
  }

  async #credentials(): Promise<Credentials> {
    if (this.#isClosed) throw newClosedError();
    const { sspi, credentials, accounts, names, keytab } = this.#settings;
    if (credentials !== undefined) return credentials;
    this.#acquired ??= sspi.acquireCredentialsHandle({
      package: 'Negotiate',
      use: 'inbound',
      accounts,
      names,
      keytab,
    });
    try {
      return await this.#acquired;
    } catch (error) {
      // The next request tries again.
      this.#acquired = undefined;
      throw error;
    }
  }

  /** The options of the context that bind it to its channel. */
  #bindingsOf(request: IncomingMessage): {
    channelBindings?: Uint8Array;
    channelBindingPolicy?: 'require' | 'accept';
  } {
    const { channelBindingPolicy } = this.#settings;
    const isExpected = this.#settings.channelBindings !== undefined || isTls(request);
    if (!isExpected || channelBindingPolicy === 'ignore') return {};
    const found = this.#findBindings(request);
    if (found instanceof Uint8Array) return { channelBindings: found, channelBindingPolicy };
    // No client has these: those that send none pass, and nothing is accepted unchecked.
    if (channelBindingPolicy === 'accept') {
      return { channelBindings: randomBytes(32), channelBindingPolicy };
    }
    throw new ServerFailure('unavailable', found, ADVICE.noBindings);
  }

  /** @returns an error if there are none */
  #findBindings(request: IncomingMessage): Uint8Array | SspiError {
    const { channelBindings: find } = this.#settings;
    if (find !== undefined) return callOption(find, request) ?? noBindings();
    try {
      return tlsServerEndPoint(request.socket, 'server');
    } catch (error) {
      if (error instanceof SspiError) return error;
      throw error;
    }
  }
}

/** @throws ServerFailure if the option fails or returns anything but bindings or undefined */
function callOption(
  find: NonNullable<Settings['channelBindings']>,
  request: IncomingMessage,
): Uint8Array | undefined {
  try {
    const found: unknown = find(request);
    if (found === undefined) return undefined;
    const bytes = checkBytes('the result of options.channelBindings', found);
    if (bytes.length >= 1 && bytes.length <= MAX_TOKEN) return bytes;
    throw outOfRange('the result of options.channelBindings', `1 to ${MAX_TOKEN} bytes`);
  } catch (error) {
    throw new ServerFailure('failed', error);
  }
}

function noBindings(): SspiError {
  return new SspiError('SEC_E_BAD_BINDINGS', 'the option channelBindings returned none');
}

function isTls({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true;
}
