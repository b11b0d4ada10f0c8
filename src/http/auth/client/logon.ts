import type { ContextFlag } from '../../../sspi/context-options.js';
import type { Answer } from '../../connection/response-reader.js';
import { HttpAuthError } from '../error.js';
import type { Scheme } from '../scheme.js';
import type { Channel } from './channel.js';
import type { CredentialSource } from './credential-source.js';
import type { ClientEvent } from './events.js';
import { isEndOfConnection } from './failure.js';
import { Handshake, type HandshakeResult } from './handshake.js';
import type { Peer } from './peer.js';
import { chooseScheme } from './read-challenges.js';

/** A logon that must go on over a new connection. */
export interface LogonAgain {
  readonly again: (channel: Channel) => Promise<HandshakeResult>;
}

/** What a client needs to log on to one peer. */
export interface LogonSettings {
  readonly peer: Peer;
  /** The origin of the peer. */
  readonly origin: string;
  /** Absent for a proxy that asks for no authentication. */
  readonly source: CredentialSource | undefined;
  readonly target: () => string;
  readonly flags: readonly ContextFlag[];
  readonly isForOneRequest: boolean;
  readonly onEvent: (event: ClientEvent) => void;
}

/**
 * Logs on to one peer, over each of its connections. Until the peer has accepted the credentials, one handshake runs
 * at a time. After a rejection none does: a wrong password is sent once, and locks no account.
 */
export class Logon {
  readonly #settings: LogonSettings;
  /** Settled when the handshake that runs alone ends. */
  #first: Promise<void> | undefined;
  #isAccepted = false;
  #rejection: HttpAuthError | undefined;

  constructor(settings: LogonSettings) {
    this.#settings = settings;
  }

  /** @throws HttpAuthError ERR_HTTP_AUTH_REJECTED if the peer has rejected the credentials */
  check(): void {
    if (this.#rejection === undefined) return;
    const { code, message, status, scheme, leg, target, peer, cause } = this.#rejection;
    throw new HttpAuthError(code, message, { status, scheme, leg, target, peer, cause });
  }

  /** Remembers that the peer rejected a password. */
  reject(error: HttpAuthError): void {
    this.#isAccepted = false;
    if (this.#settings.source?.hasSecret === true) this.#rejection = error;
  }

  /**
   * Logs on over a connection.
   *
   * @param answer to a request without a token
   * @returns undefined if the peer requires no authentication
   */
  async run(answer: Answer, channel: Channel): Promise<HandshakeResult | LogonAgain | undefined> {
    const { peer, source } = this.#settings;
    if (answer.status !== peer.status) return undefined;
    const scheme = chooseScheme(answer, peer, source?.schemes ?? []);
    // A peer may also close the connection without having said so.
    const again = (other: Channel) => this.#logOn(this.#handshakeOf(scheme, other), scheme, other);
    if (!answer.canContinue) return { again };
    const handshake = this.#handshakeOf(scheme, channel);
    try {
      return await this.#logOn(handshake, scheme, channel);
    } catch (error) {
      if (handshake.leg === 1 && isEndOfConnection(error)) return { again };
      throw error;
    }
  }

  #handshakeOf(scheme: Scheme, channel: Channel): Handshake {
    const { peer, source, flags, isForOneRequest } = this.#settings;
    // run() found the scheme among those of the source.
    const credentials = source as CredentialSource;
    const target = this.#settings.target();
    return new Handshake({ peer, scheme, target, isForOneRequest }, async () => {
      const channelBindings = channel.channelBindings();
      const options = { target, flags, channelBindings };
      return credentials.sspi.initializeSecurityContext(await credentials.get(scheme), options);
    });
  }

  async #logOn(handshake: Handshake, scheme: Scheme, channel: Channel): Promise<HandshakeResult> {
    const { origin, peer, onEvent } = this.#settings;
    try {
      const result = await this.#runInTurn(handshake, channel);
      const { leg: legs, setCookie, package: name } = handshake;
      const type = 'authenticated';
      onEvent({ type, origin, peer: peer.kind, scheme, package: name, legs, setCookie });
      return result;
    } finally {
      handshake.close();
    }
  }

  async #runInTurn(handshake: Handshake, channel: Channel): Promise<HandshakeResult> {
    while (this.#first !== undefined) await this.#first;
    channel.signal.throwIfAborted();
    this.check();
    const running = this.#perform(handshake, channel);
    if (this.#isAccepted) return running;
    const end = () => {
      this.#first = undefined;
    };
    this.#first = running.then(end, end);
    return running;
  }

  async #perform(handshake: Handshake, channel: Channel): Promise<HandshakeResult> {
    try {
      const result = await handshake.run(channel.send);
      this.#isAccepted ||= result.authorization === undefined;
      return result;
    } catch (error) {
      if (error instanceof HttpAuthError && error.code === 'ERR_HTTP_AUTH_REJECTED') {
        if (handshake.hasProof) this.reject(error);
        this.#settings.onEvent({ type: 'rejected', origin: this.#settings.origin, error });
      }
      throw error;
    }
  }
}
