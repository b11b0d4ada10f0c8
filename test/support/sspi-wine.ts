import type { RawAnswer } from '../../src/native/raw.js';
import type { RawBuffer, RawDecrypted, RawSspiCalls } from '../../src/native/raw-sspi.js';
import { STATUS } from '../../src/native/status.js';
import { SspiFacade } from '../../src/sspi/facade.js';
import { SECBUFFER } from '../../src/sspi/windows/buffers.js';
import { WindowsSspi } from '../../src/sspi/windows/provider.js';
import type { Sspi } from '../../src/sspi.js';

/** The overhead of GSS_Wrap with AES in bytes (RFC 3962, RFC 4121 4.2.4): encrypted, or only signed. */
const ADDED = { encrypted: 60, signed: 28 } as const;
/** The flag Sealed in the third byte of such a token (RFC 4121 4.2.2). */
const SEALED = 2;

/** Opens the Windows provider over Wine's calls, which an adapter makes behave like Windows'. */
export function openOverWine(calls: RawSspiCalls): Sspi {
  const description = { name: 'windows', reason: 'requested' } as const;
  return new SspiFacade(description, new WindowsSspi(asWindows(calls)));
}

/**
 * Makes Wine's calls behave like Windows'. Wine's Kerberos puts the first bytes of a GSS_Wrap token into DATA and the
 * rest into TOKEN, where Windows puts TOKEN first. It has no SECBUFFER_STREAM, reports a cbSecurityTrailer that is
 * too small, and writes nothing to SECBUFFER_PADDING.
 */
function asWindows(calls: RawSspiCalls): RawSspiCalls {
  return {
    ...calls,
    querySizes: (context) => {
      const answer = calls.querySizes(context);
      // NTLM has no block size.
      if (answer.value === undefined || answer.value.blockSize === 0) return answer;
      return { ...answer, value: { ...answer.value, securityTrailer: ADDED.encrypted } };
    },
    encryptMessage: (context, qop, buffers, sequence) => {
      const answer = calls.encryptMessage(context, qop, buffers, sequence);
      const [token, data, padding] = answer.value ?? [];
      if (token === undefined || data === undefined || padding?.type !== SECBUFFER.PADDING) {
        return answer;
      }
      const [first, rest] = cut(Buffer.concat([data.data, token.data]), token.data.length);
      const none = { ...padding, data: new Uint8Array(0) };
      return { ...answer, value: [{ ...token, data: first }, { ...data, data: rest }, none] };
    },
    decryptMessage: (context, buffers, sequence) => {
      const [stream] = buffers;
      if (stream?.type !== SECBUFFER.STREAM) {
        return calls.decryptMessage(context, buffers, sequence);
      }
      return decryptStream(stream, (sent) => calls.decryptMessage(context, sent, sequence));
    },
  };
}

/** DecryptMessage of a stream and empty data. Wine leaves what follows the message in longer DATA unchanged. */
function decryptStream(
  stream: RawBuffer,
  decrypt: (buffers: readonly RawBuffer[]) => RawAnswer<RawDecrypted>,
): RawAnswer<RawDecrypted> {
  const isSealed = ((stream.data[2] ?? 0) & SEALED) !== 0;
  const length = stream.data.length - (isSealed ? ADDED.encrypted : ADDED.signed);
  if (length < 0) return { status: STATUS.SEC_E_INVALID_TOKEN };
  const [first, rest] = cut(stream.data, length);
  const { value, ...answer } = decrypt([
    { type: SECBUFFER.TOKEN, data: rest },
    { type: SECBUFFER.DATA, data: first },
  ]);
  if (value === undefined) return answer;
  const opened = value.buffers[1] as RawBuffer;
  return { ...answer, value: { qop: value.qop, buffers: [{ ...stream, data: NOTHING }, opened] } };
}

const NOTHING = new Uint8Array(0);

function cut(bytes: Uint8Array, at: number): [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}
