import { createHash } from 'node:crypto';

/**
 * MsvAvChannelBindings (MS-NLMP 2.2.2.1): MD5 of a gss_channel_bindings_struct (RFC 4121 4.1.1.2) with application
 * data only. 16 bytes.
 */
export function hashChannelBindings(applicationData: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(applicationData.length);
  const hash = createHash('md5').update(new Uint8Array(16)).update(length);
  return new Uint8Array(hash.update(applicationData).digest());
}
