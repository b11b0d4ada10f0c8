import { createHash } from 'node:crypto';
import { SspiError } from '../../errors.js';
import type { CheckedAccept } from '../provider.js';
import { AV_ID, type AvPairs } from './av-pairs.js';

/**
 * MsvAvChannelBindings (MS-NLMP 2.2.2.1): MD5 of a gss_channel_bindings_struct (RFC 4121 4.1.1.2) that
 * has application data alone, 16 bytes.
 */
export function hashOfBindings(applicationData: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(applicationData.length);
  const hash = createHash('md5').update(new Uint8Array(16)).update(length);
  return new Uint8Array(hash.update(applicationData).digest());
}

/** @throws SspiError SEC_E_BAD_BINDINGS */
export function checkBindings(
  pairs: AvPairs,
  { channelBindings, channelBindingPolicy }: CheckedAccept,
): void {
  if (channelBindings === undefined || channelBindingPolicy === 'ignore') return;
  const found = pairs.get(AV_ID.MsvAvChannelBindings);
  // Zeros say that the client's application has none (MS-NLMP 2.2.2.1).
  if (found === undefined || found.every((byte) => byte === 0)) {
    if (channelBindingPolicy === 'accept') return;
    throw new SspiError('SEC_E_BAD_BINDINGS', 'the client has no channel bindings');
  }
  if (!Buffer.from(found).equals(hashOfBindings(channelBindings))) {
    throw new SspiError('SEC_E_BAD_BINDINGS', 'the client is on another channel');
  }
}
