import { timingSafeEqual } from 'node:crypto';
import { quoteName } from '../control-characters.js';
import { hashChannelBindings } from '../crypto/bindings-hash.js';
import { hmacMd5 } from '../crypto/hmac-md5.js';
import { SspiError } from '../error.js';
import { messageAltered } from '../failure.js';
import type { CheckedAccept } from '../provider.js';
import { fromUtf16 } from '../utf16.js';
import { MIC_OFFSET } from './authenticate-message.js';
import { AV_FLAG, AV_ID, type AvPairs, avFlags } from './av-pairs.js';
import { KEY_LENGTH } from './keys.js';
import { upperCase } from './text.js';

// The checks of an AUTHENTICATE_MESSAGE besides the client's proof.

/**
 * @param before the NEGOTIATE_MESSAGE and the CHALLENGE_MESSAGE as received and sent
 * @throws SspiError SEC_E_MESSAGE_ALTERED (MS-NLMP 3.2.5.1.2)
 */
export function checkMic(
  mic: Uint8Array | undefined,
  exportedSessionKey: Uint8Array,
  before: readonly Uint8Array[],
  authenticate: Uint8Array,
): void {
  if (mic === undefined) return;
  const zeroed = new Uint8Array(authenticate).fill(0, MIC_OFFSET, MIC_OFFSET + KEY_LENGTH);
  if (timingSafeEqual(hmacMd5(exportedSessionKey, ...before, zeroed), mic)) return;
  throw messageAltered('a message of the handshake');
}

/**
 * Compares the AV_PAIRs of the CHALLENGE_MESSAGE with those that the client saw. The client's proof covers these,
 * even without a MIC.
 *
 * @throws SspiError SEC_E_MESSAGE_ALTERED
 */
export function checkTargetInfo(sent: AvPairs, seen: AvPairs): void {
  for (const [id, value] of sent) {
    if (!Buffer.from(value).equals(seen.get(id) ?? new Uint8Array(0)))
      throw messageAltered('the CHALLENGE_MESSAGE');
  }
}

/** @throws SspiError SEC_E_BAD_BINDINGS */
export function checkBindings(
  pairs: AvPairs,
  { channelBindings, channelBindingPolicy }: CheckedAccept,
): void {
  if (channelBindings === undefined || channelBindingPolicy === 'ignore') return;
  const found = pairs.get(AV_ID.MsvAvChannelBindings);
  // Zeros mean that the application of the client has none (MS-NLMP 2.2.2.1).
  if (found === undefined || found.every((byte) => byte === 0)) {
    if (channelBindingPolicy === 'accept') return;
    throw new SspiError('SEC_E_BAD_BINDINGS', 'the client has no channel bindings');
  }
  if (Buffer.from(found).equals(hashChannelBindings(channelBindings))) return;
  throw new SspiError('SEC_E_BAD_BINDINGS', 'the channel bindings of the client differ');
}

/** @throws SspiError SEC_E_WRONG_PRINCIPAL */
export function checkTarget(pairs: AvPairs, { targets }: CheckedAccept): void {
  if (targets === undefined) return;
  const named = fromUtf16(pairs.get(AV_ID.MsvAvTargetName) ?? new Uint8Array(0));
  if (named === '') throw wrongTarget('no target');
  const shown = quoteName(named) ?? 'another target';
  const wanted = upperCase(named);
  if (!targets.some((target) => upperCase(target) === wanted)) {
    throw wrongTarget(`${shown}, which is not in the option targets`);
  }
  // Whoever lured the client to a relay may have chosen the name, too (MS-NLMP 2.2.2.1).
  if ((avFlags(pairs) & AV_FLAG.untrustedTarget) !== 0) {
    throw wrongTarget(`${shown}, and marks it as a name from an untrusted source`);
  }
}

function wrongTarget(problem: string): SspiError {
  return new SspiError('SEC_E_WRONG_PRINCIPAL', `the client names ${problem}`);
}
