import type { NegotiateMechanism } from '../credentials.js';
import { SspiError } from '../error.js';
import { invalidToken, logonDenied, unsupported } from '../failure.js';
import { isNtlm } from '../ntlm/message.js';
import type { Step } from '../security-context.js';
import type { Handshake, Session } from '../session.js';
import { type Mechanism, mechanismOf } from './mechanism.js';
import { MicExchange, micMissing } from './mic-exchange.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeNegTokenResp,
  type NegTokenInit,
  type NegTokenResp,
  readMechanism,
} from './token.js';

const EMPTY = new Uint8Array(0);

/**
 * The acceptor of SPNEGO (RFC 4178). It chooses the first mechanism of the client's list that it has. It also accepts
 * the tokens of its mechanisms without SPNEGO.
 */
export class SpnegoServer implements Handshake {
  readonly #mechanisms: readonly Mechanism[];
  #chosen: Mechanism | undefined;
  /** Undefined before the first token, and without SPNEGO. */
  #exchange: MicExchange | undefined;
  /** Whether the client prefers the chosen mechanism. */
  #isFirst = true;

  /** @param mechanisms those that this server has, preferred first */
  constructor(mechanisms: readonly Mechanism[]) {
    this.#mechanisms = mechanisms;
  }

  get session(): Session | undefined {
    return this.#chosen?.handshake.session;
  }

  async step(token: Uint8Array): Promise<Step> {
    if (this.#chosen !== undefined) {
      if (this.#exchange === undefined) return this.#chosen.handshake.step(token);
      return this.#continue(this.#chosen, this.#exchange, decodeNegTokenResp(token));
    }
    const bare = isNtlm(token) ? 'NTLM' : mechanismOf(readMechanism(token));
    if (bare === undefined) return this.#negotiate(decodeNegTokenInit(token));
    return this.#choose(this.#find(bare)).handshake.step(token);
  }

  close(): void {
    for (const { handshake } of this.#mechanisms) handshake.close();
  }

  async #negotiate({ mechTypes, mechTypeList, mechToken }: NegTokenInit): Promise<Step> {
    const index = mechTypes.findIndex((oid) => this.#find(mechanismOf(oid)) !== undefined);
    const supportedMech = mechTypes[index];
    const chosen = this.#choose(this.#find(mechanismOf(supportedMech)));
    this.#isFirst = index === 0;
    // The list may be forged unless both sides prefer the mechanism (RFC 4178 5).
    const isRequired = !this.#isFirst || chosen !== this.#mechanisms[0];
    const exchange = new MicExchange(mechTypeList, isRequired);
    this.#exchange = exchange;
    const negState = isRequired ? 'request-mic' : 'accept-incomplete';
    const first = { negState, supportedMech } as const;
    // The token belongs to the first mechanism of the list (RFC 4178 4.2.1).
    if (mechToken === undefined || !this.#isFirst) {
      return { token: encodeNegTokenResp(first), done: false };
    }
    const { token } = await chosen.handshake.step(mechToken);
    return this.#answer(exchange, { ...first, responseToken: orUndefined(token) }, undefined);
  }

  async #continue(
    { name, handshake }: Mechanism,
    exchange: MicExchange,
    { negState, supportedMech, responseToken, mechListMIC }: NegTokenResp,
  ): Promise<Step> {
    if (negState === 'reject') throw logonDenied();
    if (supportedMech !== undefined && mechanismOf(supportedMech) !== name) {
      throw new SspiError('SEC_E_SECPKG_NOT_FOUND', 'the client chose another mechanism');
    }
    if (handshake.session !== undefined) {
      return finish(handshake.session, exchange, { responseToken, mechListMIC });
    }
    if (responseToken === undefined) throw invalidToken(`the client sent no token of ${name}`);
    const { token } = await handshake.step(responseToken);
    const answer = { negState: 'accept-incomplete', responseToken: orUndefined(token) } as const;
    const isLast = token.length === 0;
    return this.#answer(exchange, answer, mechListMIC, isLast);
  }

  /**
   * @param answer for an incomplete negotiation
   * @param isLast whether the client has sent the last token of the mechanism: its MIC belongs to that (RFC 4178 5)
   */
  #answer(
    exchange: MicExchange,
    answer: NegTokenResp,
    theirs: Uint8Array | undefined,
    isLast: boolean = false,
  ): Step {
    const { session } = this;
    if (session === undefined) return { token: encodeNegTokenResp(answer), done: false };
    if (session.security === undefined && !this.#isFirst && this.#mechanisms.length > 1) {
      throw unsupported(
        'without integrity nothing protects the choice of the mechanism: the client must request integrity',
      );
    }
    exchange.receive(session, theirs);
    const done = exchange.isComplete(session);
    if (isLast && !done) throw micMissing();
    const mechListMIC = exchange.send(session);
    const negState = done ? 'accept-completed' : answer.negState;
    return { token: encodeNegTokenResp({ ...answer, negState, mechListMIC }), done };
  }

  #find(name: NegotiateMechanism | undefined): Mechanism | undefined {
    return this.#mechanisms.find((mechanism) => mechanism.name === name);
  }

  /** @throws SspiError SEC_E_SECPKG_NOT_FOUND */
  #choose(chosen: Mechanism | undefined): Mechanism {
    if (chosen === undefined) {
      const names = this.#mechanisms.map(({ name }) => name).join(' or ');
      throw new SspiError('SEC_E_SECPKG_NOT_FOUND', `the client does not offer ${names}`);
    }
    this.#chosen = chosen;
    for (const other of this.#mechanisms) if (other !== chosen) other.handshake.close();
    return chosen;
  }
}

/** Takes the client's MIC, which is the last token of a negotiation that the server's mechanism has ended. */
function finish(
  session: Session,
  exchange: MicExchange,
  { responseToken = EMPTY, mechListMIC }: NegTokenResp,
): Step {
  if (responseToken.length > 0) throw invalidToken('the client sent a token after the last one');
  exchange.receive(session, mechListMIC);
  if (!exchange.isComplete(session)) throw micMissing();
  return { token: EMPTY, done: true };
}

function orUndefined(token: Uint8Array): Uint8Array | undefined {
  return token.length === 0 ? undefined : token;
}
