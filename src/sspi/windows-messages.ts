import { SspiError } from '../errors.js';
import type { RawBuffer, RawContext, RawSizes, RawSspiCalls } from '../native/raw-sspi.js';
import { altered, invalidToken, unsupported } from './failure.js';
import { joinedBytes } from './joined-bytes.js';
import { misshapen, unwrap } from './os-answer.js';
import type { MessageBuffer, SealedParts } from './provider.js';
import type { SealedBuffers } from './security-context.js';
import { cutLike, dataBuffer, joinNeighbours, roomFor, SECBUFFER } from './windows-buffers.js';
import { requireSealing, requireSigning } from './windows-sizes.js';

/** The quality of protection that a package has by default. */
const QOP = 0;

/**
 * Wine's Kerberos has no SECBUFFER_STREAM, and cuts what GSS_Wrap makes into DATA and TOKEN, in this order. Its
 * tokens for AES (RFC 3962, RFC 4121 4.2.4) have 60 bytes, which is more than its cbSecurityTrailer. Of DATA that
 * is longer than the message it leaves the rest as it finds it, so that the cut must be where it belongs.
 */
const WINE_TRAILER = 60;

/** MakeSignature and so on of a context that is complete. */
export class WindowsMessages {
  readonly #calls: RawSspiCalls;
  readonly #handle: RawContext;
  readonly #sizes: RawSizes;
  readonly #isWine: boolean;

  constructor(calls: RawSspiCalls, handle: RawContext, sizes: RawSizes, isWine: boolean) {
    this.#calls = calls;
    this.#handle = handle;
    this.#sizes = sizes;
    this.#isWine = isWine;
  }

  sign(buffers: readonly MessageBuffer[], sequence = 0): Uint8Array {
    requireSigning(this.#sizes);
    const { maxSignature } = this.#sizes;
    const data = this.#dataOf(buffers);
    const name = 'MakeSignature';
    const made = this.#calls.makeSignature(this.#handle, QOP, data, maxSignature, sequence);
    const signature = unwrap(name, made);
    if (signature.length === 0) throw misshapen(name, 'the signature is empty');
    return signature;
  }

  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence = 0): void {
    requireSigning(this.#sizes);
    const token = tokenOf('signature', signature, 1, this.#sizes.maxSignature);
    const sent = [...this.#dataOf(buffers), token];
    const verified = this.#calls.verifySignature(this.#handle, sent, sequence);
    requireQop(unwrap('VerifySignature', verified), 'the signature is of another quality');
  }

  encrypt(buffers: readonly MessageBuffer[], sequence = 0): SealedBuffers {
    requireSealing(this.#sizes);
    const data = this.#sealedData(buffers);
    const sent = [
      roomFor(SECBUFFER.TOKEN, this.#isOfWine ? WINE_TRAILER : this.#sizes.securityTrailer),
      ...data,
      ...(this.#isBlocked ? [roomFor(SECBUFFER.PADDING, this.#sizes.blockSize)] : []),
    ];
    const name = 'EncryptMessage';
    const made = unwrap(name, this.#calls.encryptMessage(this.#handle, QOP, sent, sequence));
    requireAsMany(name, made, sent);
    const [token, ...sealed] = made.map((buffer) => buffer.data);
    const padding = this.#isBlocked ? sealed.pop() : undefined;
    if (token === undefined || token.length === 0) throw misshapen(name, 'the trailer is empty');
    requireAsLong(name, sealed, data);
    return {
      trailer: token,
      data: cutLike(buffers, joinedBytes(sealed)),
      ...(padding !== undefined && { padding }),
    };
  }

  decrypt(
    buffers: readonly MessageBuffer[],
    { trailer, padding = new Uint8Array(0) }: SealedParts,
    sequence = 0,
  ): Uint8Array[] {
    requireSealing(this.#sizes);
    if (padding.length > this.#sizes.blockSize) {
      throw invalidToken(`padding has ${this.#sizes.blockSize} bytes at the most`);
    }
    const data = this.#sealedData(buffers);
    if (this.#isBlocked && !this.#isOfWine) {
      // Where one ends and the next begins nothing proves: the stream has no such places.
      const parts = [trailer, ...data.map((buffer) => buffer.data), padding];
      const opened = this.#openStream(joinedBytes(parts), sequence);
      const lengths = data.reduce((sum, buffer) => sum + buffer.data.length, 0);
      if (opened.length !== lengths) throw altered('the length of a part of the message');
      return cutLike(buffers, opened);
    }
    const size = this.#isOfWine ? WINE_TRAILER : this.#sizes.securityTrailer;
    const sent = [tokenOf('trailer', trailer, size, size), ...data];
    const [, ...opened] = this.#decrypt(sent, sequence).map((buffer) => buffer.data);
    requireAsLong('DecryptMessage', opened, data);
    return cutLike(buffers, joinedBytes(opened));
  }

  unwrap(wrapped: Uint8Array, sequence = 0): Uint8Array {
    requireSealing(this.#sizes);
    if (this.#isBlocked && !this.#isOfWine) return this.#openStream(wrapped, sequence);
    // NTLM has no SECBUFFER_STREAM: its signature comes first, as GSS_WrapEx has it (MS-NLMP 3.4.6).
    const cut = this.#isOfWine ? wrapped.length - WINE_TRAILER : this.#sizes.securityTrailer;
    if (cut < 0) throw invalidToken('the message is shorter than what protects it');
    const [first, second] = [wrapped.subarray(0, cut), wrapped.subarray(cut)];
    const [trailer, bytes] = this.#isOfWine ? [second, first] : [first, second];
    return this.decrypt([{ bytes }], { trailer, padding: undefined }, sequence)[0] as Uint8Array;
  }

  /** Of a package that pads: Kerberos. */
  get #isBlocked(): boolean {
    return this.#sizes.blockSize > 0;
  }

  get #isOfWine(): boolean {
    return this.#isWine && this.#isBlocked;
  }

  /** Windows' page on interoperability with GSSAPI: the token as a stream, and an empty buffer for data. */
  #openStream(wrapped: Uint8Array, sequence: number): Uint8Array {
    const sent = [{ type: SECBUFFER.STREAM, data: wrapped }, roomFor(SECBUFFER.DATA, 0)];
    const [, opened] = this.#decrypt(sent, sequence);
    return (opened as RawBuffer).data;
  }

  #decrypt(sent: readonly RawBuffer[], sequence: number): RawBuffer[] {
    const name = 'DecryptMessage';
    const { qop, buffers } = unwrap(name, this.#calls.decryptMessage(this.#handle, sent, sequence));
    requireAsMany(name, buffers, sent);
    // SECQOP_WRAP_NO_ENCRYPT: whoever sent this did not hide it, and the call took it all the same.
    requireQop(qop, 'the message was signed and not encrypted');
    return buffers;
  }

  #dataOf(buffers: readonly MessageBuffer[]): RawBuffer[] {
    if (this.#isBlocked && buffers.some(({ flag }) => flag !== undefined)) {
      throw unsupported('only NTLM is known to cover read-only buffers: pass none');
    }
    // No buffers are an empty message.
    return joinNeighbours(buffers.length === 0 ? [{ bytes: new Uint8Array(0) }] : buffers).map(
      dataBuffer,
    );
  }

  #sealedData(buffers: readonly MessageBuffer[]): RawBuffer[] {
    const data = this.#dataOf(buffers);
    if (data.filter(({ type }) => type === SECBUFFER.DATA).length > 1) {
      throw unsupported('buffers to be encrypted must be neighbours');
    }
    return data;
  }
}

function requireQop(qop: number, problem: string): void {
  if (qop !== QOP) throw new SspiError('SEC_E_QOP_NOT_SUPPORTED', problem);
}

function requireAsMany(name: string, made: readonly RawBuffer[], sent: readonly RawBuffer[]): void {
  if (made.length !== sent.length) {
    throw misshapen(name, 'there are other buffers in it than were given');
  }
}

function requireAsLong(
  name: string,
  made: readonly Uint8Array[],
  sent: readonly RawBuffer[],
): void {
  if (!made.every(({ length }, index) => length === sent[index]?.data.length)) {
    throw misshapen(name, 'a buffer is not as long as it was');
  }
}

/** What a call could overlook: Wine's Kerberos takes an empty trailer, and NTLM one with more at its end. */
function tokenOf(name: string, data: Uint8Array, least: number, most: number): RawBuffer {
  if (data.length < least || data.length > most) {
    const wanted = least === most ? `${most}` : `${least} to ${most}`;
    throw invalidToken(`a ${name} has ${wanted} bytes, not ${data.length}`);
  }
  return { type: SECBUFFER.TOKEN, data };
}
