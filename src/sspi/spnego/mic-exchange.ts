import { copyOf } from '../../bytes/copy.js';
import { SspiError } from '../error.js';
import { invalidToken, messageAltered } from '../failure.js';
import type { Session } from '../session.js';

/** The exchange of mechListMIC at the end of a negotiation (RFC 4178 5), as each side sees it. */
export class MicExchange {
  readonly #mechTypeList: Uint8Array;
  #isRequired: boolean;
  #isSent = false;
  #isReceived = false;

  /**
   * @param mechTypeList the DER of the list, as the client sent it. It is copied
   * @param isRequired whether the choice itself requires MICs
   */
  constructor(mechTypeList: Uint8Array, isRequired: boolean) {
    this.#mechTypeList = copyOf(mechTypeList);
    this.#isRequired = isRequired;
  }

  /** The other side requests MICs. */
  require(): void {
    this.#isRequired = true;
  }

  /** Whether no MIC of the other side is missing. Without integrity there are none. */
  isComplete({ security }: Session): boolean {
    return security === undefined || this.#isReceived || !this.#isRequired;
  }

  /**
   * Verifies the other side's MIC. Without integrity the field is ignored.
   *
   * @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_INVALID_TOKEN
   */
  receive({ security, requiresMechListMic }: Session, mechListMIC: Uint8Array | undefined): void {
    if (security === undefined) return;
    if (requiresMechListMic) this.#isRequired = true;
    if (mechListMIC === undefined) return;
    if (this.#isReceived) throw invalidToken('mechListMIC comes twice');
    try {
      security.verifyMechTypeList(this.#mechTypeList, mechListMIC);
    } catch (error) {
      // mechListMIC belongs to the handshake and has no place in a sequence of messages.
      const isOrder = error instanceof SspiError && error.code === 'SEC_E_OUT_OF_SEQUENCE';
      throw isOrder ? messageAltered('mechListMIC') : error;
    }
    this.#isReceived = true;
    this.#isRequired = true;
  }

  /** Makes this side's MIC if MICs are required and the other side does not have it yet. */
  send({ security }: Session): Uint8Array | undefined {
    if (security === undefined || !this.#isRequired || this.#isSent) return undefined;
    this.#isSent = true;
    return security.signMechTypeList(this.#mechTypeList);
  }
}

/** The error for a negotiation that ends without a required MIC. */
export function micMissing(): SspiError {
  const problem = 'mechListMIC is missing: the list of mechanisms may be altered';
  return new SspiError('SEC_E_MESSAGE_ALTERED', problem);
}
