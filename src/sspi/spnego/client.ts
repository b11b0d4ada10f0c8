import { SspiError } from '../error.js';
import { invalidToken, KERBEROS_ADVICE, logonDenied } from '../failure.js';
import type { Step } from '../security-context.js';
import type { Handshake, Session } from '../session.js';
import { isAbsence, type Mechanism, mechanismOf, OID_OF } from './mechanism.js';
import { MicExchange, micMissing } from './mic-exchange.js';
import {
  decodeNegTokenInit2,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
} from './token.js';

const EMPTY = new Uint8Array(0);
const NOTHING_MORE = { negState: undefined, mechListMIC: undefined } as const;

/** The initiator of SPNEGO (RFC 4178). It offers its mechanisms with the first token of the first one. */
export class SpnegoClient implements Handshake {
  readonly #mechanisms: readonly [Mechanism, ...Mechanism[]];
  readonly #hasIntegrity: boolean;
  #offered: readonly Mechanism[] = [];
  #chosen: Mechanism;
  /** Undefined before the first step. */
  #exchange: MicExchange | undefined;
  #hasAnswer = false;

  /**
   * @param mechanisms preferred first
   * @param hasIntegrity whether their contexts have integrity, which the MICs need
   */
  constructor(mechanisms: readonly [Mechanism, ...Mechanism[]], hasIntegrity: boolean) {
    this.#mechanisms = mechanisms;
    this.#chosen = mechanisms[0];
    this.#hasIntegrity = hasIntegrity;
  }

  get session(): Session | undefined {
    return this.#chosen.handshake.session;
  }

  async step(token: Uint8Array): Promise<Step> {
    if (this.#exchange === undefined) return this.#offer(token);
    return this.#continue(decodeNegTokenResp(token), this.#exchange);
  }

  close(): void {
    for (const { handshake } of this.#mechanisms) handshake.close();
  }

  /**
   * A server may speak first (MS-SPNG 3.2.5.2). No MIC covers its token, so that the token changes nothing about
   * this offer.
   */
  async #offer(token: Uint8Array): Promise<Step> {
    if (token.length > 0) decodeNegTokenInit2(token);
    const { mechToken, rest } = await this.#begin();
    // Without integrity no MIC protects the choice among several.
    this.#offered = this.#hasIntegrity ? [this.#chosen, ...rest] : [this.#chosen];
    const mechTypeList = encodeMechTypeList(this.#offered.map(({ name }) => OID_OF[name]));
    this.#exchange = new MicExchange(mechTypeList, false);
    return { token: encodeNegTokenInit(mechTypeList, mechToken), done: false };
  }

  /** Chooses the first mechanism that can begin. Those before it are not offered. */
  async #begin(): Promise<{ mechToken: Uint8Array; rest: readonly Mechanism[] }> {
    for (const [index, mechanism] of this.#mechanisms.entries()) {
      const rest = this.#mechanisms.slice(index + 1);
      this.#chosen = mechanism;
      try {
        return { mechToken: (await mechanism.handshake.step(EMPTY)).token, rest };
      } catch (error) {
        mechanism.handshake.close();
        if (!isAbsence(error) || rest.length === 0) throw error;
      }
    }
    throw new Error('there is no mechanism');
  }

  async #continue(resp: NegTokenResp, exchange: MicExchange): Promise<Step> {
    const { negState, supportedMech, responseToken } = resp;
    if (negState === 'reject') throw await this.#rejection(responseToken);
    if (negState === 'request-mic') exchange.require();
    const isFirst = !this.#hasAnswer;
    this.#hasAnswer = true;
    const chosen = this.#find(supportedMech);
    if (chosen !== this.#chosen) {
      if (!isFirst) throw notOffered('the server changed its choice of the mechanism');
      return this.#change(chosen, resp, exchange);
    }
    this.#keep(chosen);
    if (this.session === undefined) {
      if (responseToken === undefined)
        throw invalidToken(`the server sent no token of ${chosen.name}`);
      return this.#answer((await chosen.handshake.step(responseToken)).token, resp, exchange);
    }
    if (responseToken !== undefined && responseToken.length > 0) {
      throw invalidToken('the server sent a token after the last one');
    }
    return this.#answer(EMPTY, resp, exchange);
  }

  /** Takes the server's choice of another mechanism, which MICs must protect then (RFC 4178 5). */
  async #change(
    chosen: Mechanism,
    { negState, responseToken }: NegTokenResp,
    exchange: MicExchange,
  ): Promise<Step> {
    if (negState === 'accept-completed' || responseToken !== undefined) {
      throw invalidToken(`the server continues ${chosen.name}, which has not begun`);
    }
    this.#keep(chosen);
    exchange.require();
    const { token } = await chosen.handshake.step(EMPTY);
    return this.#answer(token, NOTHING_MORE, exchange);
  }

  /** @param mechToken the next token of the mechanism; empty if the server has sent the last one */
  #answer(
    mechToken: Uint8Array,
    { negState, mechListMIC }: Pick<NegTokenResp, 'negState' | 'mechListMIC'>,
    exchange: MicExchange,
  ): Step {
    const { session } = this;
    if (session !== undefined) exchange.receive(session, mechListMIC);
    if (mechToken.length > 0 || session === undefined) {
      if (negState === 'accept-completed') throw invalidToken('the server accepted too early');
      const ours = session && exchange.send(session);
      return {
        token: encodeIncomplete({ responseToken: mechToken, mechListMIC: ours }),
        done: false,
      };
    }
    if (!exchange.isComplete(session)) throw micMissing();
    const ours = negState === 'accept-completed' ? undefined : exchange.send(session);
    if (ours !== undefined) return { token: encodeIncomplete({ mechListMIC: ours }), done: true };
    // negState is optional after the first reply (RFC 4178 4.2.2), and some servers leave it out.
    if (negState !== undefined && negState !== 'accept-completed') {
      throw invalidToken('the server did not accept');
    }
    return { token: EMPTY, done: true };
  }

  /** The mechanism that the server chose. Without a choice it is the first one. */
  #find(supportedMech: string | undefined): Mechanism {
    if (supportedMech === undefined) return this.#chosen;
    const name = mechanismOf(supportedMech);
    const found = this.#offered.find((mechanism) => mechanism.name === name);
    if (found === undefined) throw notOffered('the server chose a mechanism that was not offered');
    return found;
  }

  #keep(chosen: Mechanism): void {
    this.#chosen = chosen;
    for (const other of this.#mechanisms) if (other !== chosen) other.handshake.close();
  }

  /** The error for a rejection, of which a server of Kerberos may tell the reason in a KRB-ERROR. */
  async #rejection(responseToken: Uint8Array | undefined): Promise<SspiError> {
    const { name, handshake } = this.#chosen;
    const isPending = name === 'Kerberos' && handshake.session === undefined;
    if (isPending && responseToken !== undefined) await handshake.step(responseToken);
    // The first token of NTLM proves no password.
    if (name !== 'NTLM' || this.#hasAnswer) return logonDenied();
    const problem = `the server rejected NTLM before it saw the password: ${KERBEROS_ADVICE}`;
    return new SspiError('SEC_E_LOGON_DENIED', problem);
  }
}

function encodeIncomplete(resp: NegTokenResp): Uint8Array {
  return encodeNegTokenResp({ negState: 'accept-incomplete', ...resp });
}

function notOffered(problem: string): SspiError {
  return new SspiError('SEC_E_SECPKG_NOT_FOUND', problem);
}
