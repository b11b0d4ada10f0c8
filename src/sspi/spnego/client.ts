import { SspiError } from '../../errors.js';
import { altered, invalidToken, logonDenied } from '../failure.js';
import type { NtlmClient } from '../ntlm/client.js';
import type { NtlmSession } from '../ntlm/session.js';
import type { Step } from '../security-context.js';
import {
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
  NTLM,
} from './token.js';

const NOTHING = new Uint8Array(0);

/** The initiator of SPNEGO (RFC 4178): offers NTLM alone, with its first token. */
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
    requireNtlm(answer);
    return this.session === undefined ? this.#authenticate(answer) : this.#finish(answer);
  }

  close(): void {
    this.#ntlm.close();
  }

  #offer(token: Uint8Array): Step {
    const mechToken = this.#ntlm.step(token).token;
    this.#hasOffered = true;
    return { token: encodeNegTokenInit(this.#mechTypeList, mechToken), done: false };
  }

  #authenticate({ negState, responseToken }: NegTokenResp): Step {
    if (negState === 'accept-completed' || responseToken === undefined) {
      throw invalidToken('the server has sent no CHALLENGE_MESSAGE');
    }
    const authenticate = this.#ntlm.step(responseToken).token;
    // A MIC is possible where there is integrity (RFC 4178 5); MS-SPNG 3.3.5.1 for its key stream.
    const mechListMIC = this.session?.security?.signOutsideStream(this.#mechTypeList);
    const resp = {
      negState: 'accept-incomplete',
      responseToken: authenticate,
      mechListMIC,
    } as const;
    return { token: encodeNegTokenResp(resp), done: false };
  }

  #finish({ negState, responseToken, mechListMIC }: NegTokenResp): Step {
    if (negState !== 'accept-completed') throw invalidToken('the server has not accepted');
    if (responseToken !== undefined && responseToken.length > 0) {
      throw invalidToken('the server has sent a token after the last one of NTLM');
    }
    const security = this.session?.security;
    if (security !== undefined) {
      if (mechListMIC === undefined) throw altered('mechListMIC');
      security.verifyOutsideStream(this.#mechTypeList, mechListMIC);
    }
    return { token: NOTHING, done: true };
  }
}

/** @throws SspiError SEC_E_LOGON_DENIED, SEC_E_SECPKG_NOT_FOUND */
function requireNtlm({ negState, supportedMech }: NegTokenResp): void {
  if (negState === 'reject') throw logonDenied();
  if (supportedMech !== undefined && supportedMech !== NTLM) {
    throw new SspiError('SEC_E_SECPKG_NOT_FOUND', 'the server has chosen a mechanism not offered');
  }
}
