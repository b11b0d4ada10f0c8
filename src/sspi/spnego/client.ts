import { invalidToken, messageAltered } from '../failure.js';
import type { NtlmClient } from '../ntlm/client.js';
import type { NtlmSession } from '../ntlm/session.js';
import type { Step } from '../security-context.js';
import {
  checkChoice,
  decodeNegTokenInit2,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
  NTLM,
} from './token.js';

/** The initiator of SPNEGO (RFC 4178). It offers NTLM only, with its first token. */
export class SpnegoClient {
  readonly #ntlm: NtlmClient;
  readonly #mechTypeList = encodeMechTypeList([NTLM]);
  #hasOffered = false;

  constructor(ntlm: NtlmClient) {
    this.#ntlm = ntlm;
  }

  get session(): NtlmSession | undefined {
    return this.#ntlm.session;
  }

  step(token: Uint8Array): Step {
    if (!this.#hasOffered) return this.#offer(token);
    const answer = decodeNegTokenResp(token);
    checkChoice(answer);
    return this.session === undefined ? this.#authenticate(answer) : this.#finish(answer);
  }

  close(): void {
    this.#ntlm.close();
  }

  /**
   * A server may speak first (MS-SPNG 3.2.5.2). No MIC covers its token, so that the token changes nothing about
   * this offer.
   */
  #offer(token: Uint8Array): Step {
    if (token.length > 0) decodeNegTokenInit2(token);
    const mechToken = this.#ntlm.step(new Uint8Array(0)).token;
    this.#hasOffered = true;
    return { token: encodeNegTokenInit(this.#mechTypeList, mechToken), done: false };
  }

  #authenticate({ negState, responseToken }: NegTokenResp): Step {
    if (negState === 'accept-completed' || responseToken === undefined) {
      throw invalidToken('the server sent no CHALLENGE_MESSAGE');
    }
    const authenticate = this.#ntlm.step(responseToken).token;
    // A MIC needs integrity (RFC 4178 5).
    const mechListMIC = this.session?.security?.signOutsideStream(this.#mechTypeList);
    const resp = {
      negState: 'accept-incomplete',
      responseToken: authenticate,
      mechListMIC,
    } as const;
    return { token: encodeNegTokenResp(resp), done: false };
  }

  #finish({ negState, responseToken, mechListMIC }: NegTokenResp): Step {
    // negState is optional after the first reply (RFC 4178 4.2.2), and some servers leave it out.
    if (negState !== undefined && negState !== 'accept-completed') {
      throw invalidToken('the server did not accept');
    }
    if (responseToken !== undefined && responseToken.length > 0) {
      throw invalidToken('the server sent a token after the end of NTLM');
    }
    const security = this.session?.security;
    if (security !== undefined) {
      if (mechListMIC === undefined) throw messageAltered('mechListMIC');
      security.verifyOutsideStream(this.#mechTypeList, mechListMIC);
    }
    return { token: new Uint8Array(0), done: true };
  }
}
