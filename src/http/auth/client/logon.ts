import type { ContextFlag } from '../../../sspi/context-options.js';
import type { Answer } from '../../connection/response-reader.js';
import { HttpAuthError } from '../error.js';
import type { Scheme } from '../scheme.js';
import type { Channel } from './channel.js';
import type { CredentialSource } from './credential-source.js';
import type { ClientEvent } from './events.js';
import { isEndOfConnection } from './failure.js';
import { FailureMemory } from './failure-memory.js';
import { Handshake, type HandshakeResult } from './handshake.js';
import type { AuthenticationScope } from './options.js';
import type { Peer } from './peer.js';
import { isForConnection } from './persistence.js';
import { chooseScheme } from './read-challenges.js';
import { adviceOf, denialAdviceOf, firstTokenAdviceOf, unconfirmedError } from './rejection.js';
import { isAuthenticateMessage, isProof } from './token-kinds.js';

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
  readonly authenticate: AuthenticationScope;
  /** Whether the handshakes have no channel bindings although they could have some. */
  readonly omitsBindings: boolean;
  readonly onEvent: (event: ClientEvent) => void;
}

type Begin = (channel: Channel) => Handshake;

/** The most proofs of a password in a row that a peer neither accepts nor rejects. */
const MAX_UNCONFIRMED = 2;

/**
 * Logs on to one peer, over each of its connections. Until the peer has accepted the credentials, one handshake runs
 * at a time. After a rejection none does: a wrong password is sent once, and locks no account. None does either after
 * two proofs in a row that the peer neither accepted nor rejected. After a rejection by a domain controller, which
 * anyone on its network can forge, none runs during a pause.
 */
export class Logon {
  readonly #settings: LogonSettings;
  /** Settled when the handshake that runs alone ends. */
  #first: Promise<void> | undefined;
  #isAccepted = false;
  /** How many proofs in a row the peer neither accepted nor rejected. */
  #unconfirmed = 0;
  /** Whether the peer last accepted NTLM. The first token of Negotiate may be one of Kerberos all the same. */
  #acceptsNtlm = false;
  readonly #failure = new FailureMemory();

  constructor(settings: LogonSettings) {
    this.#settings = settings;
  }

  /**
   * @throws HttpAuthError if no further proof is sent: ERR_HTTP_AUTH_REJECTED if the peer has rejected the
   * credentials or a domain controller did within the pause, or the last error if it left too many proofs without an
   * answer to them
   */
  check(): void {
    this.#failure.check();
  }

  /** Tells that the peer rejected a handshake in its answer to a request. */
  rejectRequest(status: number): void {
    const { peer, source } = this.#settings;
    const advice = source === undefined ? '' : this.#adviceOf(source);
    const problem = `${peer.word} rejected the credentials in a request${advice}`;
    const details = { status, peer: peer.kind };
    this.#reject(new HttpAuthError('ERR_HTTP_AUTH_REJECTED', problem, details), true);
  }

  /**
   * Logs on over a connection.
   *
   * @param answer to a request without a token
   * @returns undefined if the peer requires no authentication
   */
  async run(answer: Answer, channel: Channel): Promise<HandshakeResult | LogonAgain | undefined> {
    const { peer, source, authenticate } = this.#settings;
    if (answer.status !== peer.status) return undefined;
    const scheme = chooseScheme(answer, peer, source?.schemes ?? []);
    const isForOneRequest = authenticate === 'request';
    const begin: Begin = (own) => this.#handshakeOf(answer, scheme, own);
    const again = async (other: Channel) =>
      this.#addToken(await this.#logOn(begin(other), other, isForOneRequest), begin, other);
    if (!answer.canContinue) return { again };
    const handshake = begin(channel);
    // One whole handshake shows whether the password is right, before it goes with many requests at once.
    const isTrial = isForOneRequest && !this.#isAccepted;
    let result: HandshakeResult;
    try {
      result = await this.#logOn(handshake, channel, isForOneRequest && !isTrial);
    } catch (error) {
      // The peer may close the connection after its offer without having said so.
      if (isEndAtOnce(handshake, error)) return { again };
      throw error;
    }
    const isForNext = isForOneRequest && result.authorization === undefined;
    return isForNext ? { again } : this.#addToken(result, begin, channel);
  }

  /** With `auto`, runs a second handshake for the request if the first one did not authenticate the connection. */
  async #addToken(
    first: HandshakeResult,
    begin: Begin,
    channel: Channel,
  ): Promise<HandshakeResult> {
    const isComplete = this.#settings.authenticate !== 'auto' || isForConnection(first);
    if (isComplete || !first.answer.canContinue) return first;
    const handshake = begin(channel);
    try {
      const second = await this.#runInTurn(handshake, channel, true);
      return { ...second, isAccepted: first.isAccepted };
    } finally {
      handshake.close();
    }
  }

  #handshakeOf(offer: Answer, scheme: Scheme, channel: Channel): Handshake {
    const { peer, flags } = this.#settings;
    const target = this.#settings.target();
    // chooseScheme() found the scheme among those of the source.
    const source = this.#settings.source as CredentialSource;
    const advice = this.#adviceOf(source);
    const firstTokenAdvice = firstTokenAdviceOf(source, scheme);
    const denialAdvice = denialAdviceOf(source);
    const subject = { peer, scheme, target, offer, advice, firstTokenAdvice, denialAdvice };
    return new Handshake(subject, async () => {
      const options = { target, flags, channelBindings: channel.channelBindings() };
      return source.sspi.initializeSecurityContext(await source.get(scheme), options);
    });
  }

  async #logOn(
    handshake: Handshake,
    channel: Channel,
    isForOneRequest: boolean,
  ): Promise<HandshakeResult> {
    const { origin, peer, onEvent } = this.#settings;
    try {
      const result = await this.#runInTurn(handshake, channel, isForOneRequest);
      const { leg: legs, scheme, setCookie } = handshake;
      if (result.isAccepted || result.authorization !== undefined) {
        const type = 'authenticated';
        const { package: name } = result;
        onEvent({ type, origin, peer: peer.kind, scheme, package: name, legs, setCookie });
      }
      return result;
    } finally {
      handshake.close();
    }
  }

  async #runInTurn(
    handshake: Handshake,
    channel: Channel,
    isForOneRequest: boolean,
  ): Promise<HandshakeResult> {
    while (this.#first !== undefined) await this.#first;
    channel.throwIfEnded();
    this.check();
    const running = this.#perform(handshake, channel, isForOneRequest);
    if (this.#isAccepted) return running;
    const end = () => {
      this.#first = undefined;
    };
    this.#first = running.then(end, end);
    return running;
  }

  async #perform(
    handshake: Handshake,
    channel: Channel,
    isForOneRequest: boolean,
  ): Promise<HandshakeResult> {
    const wasAccepted = this.#isAccepted;
    try {
      const isLast = this.#acceptsNtlm ? isAuthenticateMessage : isProof;
      const result = await handshake.run(channel, isForOneRequest ? isLast : undefined);
      if (result.isAccepted) this.#accept(result);
      return result;
    } catch (error) {
      const isRejection = error instanceof HttpAuthError && error.code === 'ERR_HTTP_AUTH_REJECTED';
      if (isRejection && handshake.leg === 0) this.#pauseAfter(error);
      else if (isRejection) this.#reject(error, handshake.hasProof);
      else if (handshake.hasProof && !isEndAtOnce(handshake, error)) {
        this.#countUnconfirmed(error, wasAccepted);
      }
      throw error;
    }
  }

  #accept({ package: name }: HandshakeResult): void {
    this.#isAccepted = true;
    this.#acceptsNtlm = name === 'NTLM';
    this.#unconfirmed = 0;
    this.#failure.endPause();
  }

  /**
   * Counts a proof that the peer neither accepted nor rejected.
   *
   * @param wasAccepted whether the peer had accepted the password before this handshake
   */
  #countUnconfirmed(error: unknown, wasAccepted: boolean): void {
    const { peer, source } = this.#settings;
    if (source?.hasSecret !== true) return;
    // The next handshake runs alone. Those at once with this one count as none: a server may restart.
    this.#isAccepted = false;
    if (wasAccepted) return;
    this.#unconfirmed++;
    if (this.#unconfirmed >= MAX_UNCONFIRMED) this.#failure.keep(unconfirmedError(peer, error));
  }

  /**
   * Remembers a rejection if the peer saw a proof of a password.
   *
   * @param hasProof whether it saw any proof
   */
  #reject(error: HttpAuthError, hasProof: boolean): void {
    this.#isAccepted = false;
    if (hasProof && this.#settings.source?.hasSecret === true) this.#failure.keep(error);
    this.#settings.onEvent({ type: 'rejected', origin: this.#settings.origin, error });
  }

  /** Remembers for a time that a domain controller rejected the credentials, before the peer saw a token. */
  #pauseAfter(error: HttpAuthError): void {
    this.#reject(error, false);
    if (this.#settings.source?.hasSecret === true) this.#failure.pause(error);
  }

  #adviceOf(source: CredentialSource): string {
    return adviceOf(source, this.#settings.omitsBindings);
  }
}

/** Whether the peer closed the connection at the first token: it may not have read it. */
function isEndAtOnce({ leg }: Handshake, error: unknown): boolean {
  return leg === 1 && isEndOfConnection(error);
}
