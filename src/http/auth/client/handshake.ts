import { SspiError } from '../../../sspi/error.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import type { Answer } from '../../connection/response-reader.js';
import { HttpAuthError, type HttpAuthErrorDetails } from '../error.js';
import { encodeToken, type Scheme } from '../scheme.js';
import type { Channel } from './channel.js';
import { closedError, protocolError, toHttpAuthError } from './failure.js';
import { type Peer, PROXY } from './peer.js';
import { readToken } from './read-challenges.js';
import { requireMic } from './require-mic.js';
import { isProof, isReject } from './token-kinds.js';

/** What a {@link Handshake} is about. */
export interface HandshakeSubject {
  readonly peer: Peer;
  readonly scheme: Scheme;
  readonly target: string;
  /** The answer that offers the scheme. */
  readonly offer: Answer;
  /** What the error of a rejected proof says at its end. */
  readonly advice: string;
  /** What the error of a rejected first token of NTLM says at its end. */
  readonly firstTokenAdvice: string;
  /** What the error says at its end if a domain controller rejected the credentials. */
  readonly denialAdvice: string;
}

/** The result of a handshake. */
export interface HandshakeResult {
  /** The last answer. */
  readonly answer: Answer;
  /** Whether the last answer shows that the peer accepted the last token. */
  readonly isAccepted: boolean;
  /** The package of a complete context; undefined if it does not tell. */
  readonly package: string | undefined;
  /** The value for the request, if the request carries the last token. */
  readonly authorization: string | undefined;
}

/** Whether a token belongs into the request. */
type IsForRequest = (token: Uint8Array) => boolean;

/** The most tokens that a client sends. Kerberos and NTLM need one and two, and a retry of SPNEGO one more. */
const MAX_LEGS = 6;

/** A handshake over one connection: the client's tokens in requests, the tokens of the peer in its answers. */
export class Handshake {
  readonly #subject: HandshakeSubject;
  readonly #openContext: () => Promise<SecurityContext>;
  #context: SecurityContext | undefined;
  #leg = 0;
  #isDone = false;
  #hasProof = false;
  /** The Set-Cookie fields of the answers, that with the offer included. */
  readonly setCookie: string[];

  constructor(subject: HandshakeSubject, openContext: () => Promise<SecurityContext>) {
    this.#subject = subject;
    this.#openContext = openContext;
    this.setCookie = setCookieOf(subject.offer);
  }

  get scheme(): Scheme {
    return this.#subject.scheme;
  }

  /** The number of tokens sent. */
  get leg(): number {
    return this.#leg;
  }

  /** Whether the password was proved. Each token does, but the first one of NTLM. */
  get hasProof(): boolean {
    return this.#hasProof;
  }

  get #package(): string | undefined {
    if (!this.#isDone) return undefined;
    if (this.scheme === 'NTLM') return 'NTLM';
    try {
      return this.#context?.queryContextAttributes('negotiationInfo').package.name;
    } catch (error) {
      if (error instanceof SspiError) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#context?.close();
  }

  /**
   * @param isForRequest tells which token belongs into the request itself: it is returned and not sent. Absent: none does
   * @throws HttpAuthError; errors of the socket
   */
  async run(channel: Channel, isForRequest: IsForRequest | undefined): Promise<HandshakeResult> {
    try {
      return await this.#exchangeTokens(channel, isForRequest);
    } catch (error) {
      throw this.#isRejection(error)
        ? this.#rejectionError(error.status, error.cause ?? error)
        : error;
    }
  }

  /**
   * After a proof, every answer with the status of a challenge rejects it, even a malformed one. Before the first token
   * a domain controller can reject the credentials.
   */
  #isRejection(error: unknown): error is HttpAuthError {
    if (!(error instanceof HttpAuthError) || error.code === 'ERR_HTTP_AUTH_REJECTED') return false;
    if (this.#leg === 0) return isDenied(error.cause);
    return this.#hasProof && (error.status === this.#subject.peer.status || isDenied(error.cause));
  }

  async #exchangeTokens(
    channel: Channel,
    isForRequest: IsForRequest | undefined,
  ): Promise<HandshakeResult> {
    const { peer, scheme, offer } = this.#subject;
    let answer = offer;
    let token = await this.#step();
    for (;;) {
      const authorization = encodeToken(scheme, token);
      if (isForRequest?.(token)) {
        return { answer, isAccepted: false, package: this.#package, authorization };
      }
      if (this.#leg === MAX_LEGS)
        throw protocolError('the handshake has too many legs', this.#details());
      this.#leg++;
      this.#hasProof ||= isProof(token);
      answer = await channel.send(authorization, this.#details());
      this.setCookie.push(...setCookieOf(answer));
      if (answer.status !== peer.status) {
        await this.#finish(answer);
        const isAccepted = channel.isAcceptance(answer.status);
        return { answer, isAccepted, package: this.#package, authorization: undefined };
      }
      token = await this.#continue(answer);
    }
  }

  /** Takes the challenge of an answer, and returns the next token. */
  async #continue(answer: Answer): Promise<Uint8Array> {
    const { peer, scheme } = this.#subject;
    const details = this.#details(answer.status);
    const challenge = readToken(answer, peer, scheme, details);
    if (challenge === undefined || this.#isDone) throw this.#rejectionError(answer.status);
    if (!answer.canContinue) {
      throw closedError(`${peer.word} closes the connection within the handshake`, details);
    }
    const token = await this.#step(challenge, answer.status);
    if (token.length === 0) {
      throw protocolError(`${peer.word} asks for a token after the last one`, details);
    }
    return token;
  }

  /** Takes the token of the answer that is no challenge: with it the peer proves its identity (RFC 4559 4.1). */
  async #finish(answer: Answer): Promise<void> {
    const { peer, scheme } = this.#subject;
    const details = this.#details(answer.status);
    if (answer.status === PROXY.status) {
      throw protocolError(`${peer.word} answers 407 as a proxy would`, details);
    }
    const token = readToken(answer, peer, scheme, details);
    // Whatever the status is, and also if the context is complete already.
    if (token !== undefined && this.#hasProof && isReject(token)) {
      throw this.#rejectionError(answer.status);
    }
    if (this.#isDone) {
      // Negotiate may send the state of a complete context. Nothing depends on it. NTLM has nothing to send.
      if (token === undefined || scheme === 'Negotiate') return;
      throw protocolError(`${peer.word} sent a token after the last one`, details);
    }
    // squid sends none. The token of a proxy would prove nothing: its context has no integrity.
    if (token === undefined && peer.kind === 'proxy' && this.#hasProof) return;
    if (token === undefined) {
      const advice = answer.status >= 500 ? ': its log says why' : '';
      const problem = `${peer.word} answers ${answer.status} before the handshake is complete${advice}`;
      throw protocolError(problem, details);
    }
    const last = await this.#step(token, answer.status);
    if (!this.#isDone || last.length > 0) {
      throw protocolError(`${peer.word} ends the handshake before it is complete`, details);
    }
  }

  async #step(token?: Uint8Array, status?: number): Promise<Uint8Array> {
    try {
      if (token !== undefined) requireMic(token);
      this.#context ??= await this.#openContext();
      const step = await this.#context.step(token);
      this.#isDone = step.done;
      return step.token;
    } catch (error) {
      throw toHttpAuthError(error, this.#details(status));
    }
  }

  #rejectionError(status: number | undefined, cause?: unknown): HttpAuthError {
    const details = { ...this.#details(status), cause };
    return new HttpAuthError('ERR_HTTP_AUTH_REJECTED', this.#rejectionProblem(), details);
  }

  #rejectionProblem(): string {
    const { peer, target, advice, firstTokenAdvice, denialAdvice } = this.#subject;
    if (this.#leg === 0) {
      return `the domain controller rejected the credentials for ${target}${denialAdvice}`;
    }
    return this.#hasProof
      ? `${peer.word} rejected the credentials for ${target}${advice}`
      : `${peer.word} rejected the first token for ${target}${firstTokenAdvice}`;
  }

  #details(status?: number): HttpAuthErrorDetails {
    const { peer, scheme, target } = this.#subject;
    return { status, scheme, target, leg: this.#leg, peer: peer.kind };
  }
}

function setCookieOf({ fields }: Answer): string[] {
  return [...(fields.get('set-cookie') ?? [])];
}

function isDenied(error: unknown): boolean {
  return error instanceof SspiError && error.code === 'SEC_E_LOGON_DENIED';
}
