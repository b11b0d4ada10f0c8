import { SspiError } from '../error.js';
import { invalidToken, messageAltered } from '../failure.js';
import { isNtlm } from '../ntlm/message.js';
import type { NtlmServer } from '../ntlm/server.js';
import type { NtlmSession } from '../ntlm/session.js';
import type { Step } from '../security-context.js';
import {
  checkChoice,
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeNegTokenResp,
  type NegTokenInit,
  type NegTokenResp,
  NTLM,
} from './token.js';

/** The acceptor of SPNEGO (RFC 4178). It also accepts NTLM without SPNEGO. */
export class SpnegoServer {
  readonly #ntlm: NtlmServer;
  /** Undefined before the first token. */
  #isBare: boolean | undefined;
  #mechTypeList: Uint8Array = new Uint8Array(0);
  /** Whether the client prefers another mechanism. RFC 4178 5 then requires a MIC: the list may be forged. */
  #prefersOther = false;

  constructor(ntlm: NtlmServer) {
    this.#ntlm = ntlm;
  }

  get session(): NtlmSession | undefined {
    return this.#ntlm.session;
  }

  async step(token: Uint8Array): Promise<Step> {
    if (this.#isBare === undefined) {
      this.#isBare = isNtlm(token);
      if (!this.#isBare) return this.#choose(decodeNegTokenInit(token));
    }
    return this.#isBare ? this.#ntlm.step(token) : this.#continue(token);
  }

  close(): void {
    this.#ntlm.close();
  }

  async #choose({ mechTypes, mechTypeList, mechToken }: NegTokenInit): Promise<Step> {
    if (!mechTypes.includes(NTLM)) {
      const problem = 'the client does not offer NTLM';
      throw new SspiError('SEC_E_SECPKG_NOT_FOUND', problem);
    }
    this.#mechTypeList = new Uint8Array(mechTypeList);
    this.#prefersOther = mechTypes[0] !== NTLM;
    // The token belongs to the first mechanism of the list (RFC 4178 4.2.1).
    const isForNtlm = mechToken !== undefined && !this.#prefersOther;
    const responseToken = isForNtlm ? (await this.#ntlm.step(mechToken)).token : undefined;
    const negState = this.#prefersOther ? 'request-mic' : 'accept-incomplete';
    const resp = { negState, supportedMech: NTLM, responseToken } as const;
    return { token: encodeNegTokenResp(resp), done: false };
  }

  async #continue(token: Uint8Array): Promise<Step> {
    const resp = decodeNegTokenResp(token);
    checkChoice(resp);
    return this.#answer(resp);
  }

  async #answer({ responseToken, mechListMIC }: NegTokenResp): Promise<Step> {
    if (responseToken === undefined) throw invalidToken('the client sent no NTLM message');
    // A copy before the first await: the token is the caller's.
    const theirs = mechListMIC === undefined ? undefined : new Uint8Array(mechListMIC);
    const { token: answer, done } = await this.#ntlm.step(responseToken);
    if (!done) {
      const resp = { negState: 'accept-incomplete', responseToken: answer } as const;
      return { token: encodeNegTokenResp(resp), done };
    }
    const resp = { negState: 'accept-completed', mechListMIC: this.#exchangeMic(theirs) } as const;
    return { token: encodeNegTokenResp(resp), done };
  }

  /** Checks the client's MIC and makes one in return. Without integrity there is none (RFC 4178 5). */
  #exchangeMic(theirs: Uint8Array | undefined): Uint8Array | undefined {
    const security = this.session?.security;
    if (security === undefined) return undefined;
    if (theirs === undefined) {
      // A client whose NTLM has a MIC sends mechListMIC too (MS-SPNG appendix A): an attacker removed it.
      if (this.#prefersOther || this.#ntlm.hasMic) throw messageAltered('mechListMIC');
      return undefined;
    }
    security.verifyOutsideStream(this.#mechTypeList, theirs);
    return security.signOutsideStream(this.#mechTypeList);
  }
}
