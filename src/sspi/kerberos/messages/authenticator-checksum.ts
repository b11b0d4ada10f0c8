import type { Field, Reader } from '../../../bytes/reader.js';
import { Writer } from '../../../bytes/writer.js';
import { tokenReader } from '../../token-reader.js';

/** The cksumtype of the structure that RFC 4121 4.1.1 puts in the place of a checksum. */
export const GSS_CHECKSUM_TYPE = 0x8003;

const BINDINGS_LENGTH = 16;
const LENGTH = 24;
const DELEGATION_FLAG = 1;

/** The fields of the checksum 0x8003. */
export interface AuthenticatorChecksum {
  /** Bnd: MD5 of the channel bindings, zeros for none. */
  readonly bindings: Uint8Array;
  /** The GSS_C_ flags. */
  readonly flags: number;
  /** Deleg: a KRB-CRED. */
  readonly delegation?: Uint8Array | undefined;
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeAuthenticatorChecksum(
  bytes: Uint8Array,
  onField?: (field: Field) => void,
): AuthenticatorChecksum {
  return tokenReader(bytes, onField).group('cksum', readFields);
}

/** The fields up to Exts (RFC 4121 4.1.1), which is not read. */
function readFields(reader: Reader): AuthenticatorChecksum {
  const start = reader.offset;
  const length = reader.uint32le('Lgth');
  if (length !== BINDINGS_LENGTH) {
    reader.fail('Lgth', start, `is ${length}, not ${BINDINGS_LENGTH}`);
  }
  const bindings = reader.opaque('Bnd', BINDINGS_LENGTH);
  const flags = reader.uint32le('Flags');
  if ((flags & DELEGATION_FLAG) === 0) return { bindings, flags };
  const option = reader.offset;
  const dlgOpt = reader.uint16le('DlgOpt');
  if (dlgOpt !== 1) reader.fail('DlgOpt', option, `is ${dlgOpt}, not 1`);
  return { bindings, flags, delegation: reader.opaque('Deleg', reader.uint16le('Dlgth')) };
}

/** Encodes a checksum without delegation. @param bindings 16 bytes */
export function encodeAuthenticatorChecksum(bindings: Uint8Array, flags: number): Uint8Array {
  return new Writer(LENGTH).uint32le(BINDINGS_LENGTH).raw(bindings).uint32le(flags).finish();
}
