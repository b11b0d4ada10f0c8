import type { RawBuffer, RawContext, RawSizes, RawSspiCalls } from '../native/raw-sspi.js';
import { altered, alwaysEncrypted, invalidToken, qopNotSupported, unsupported } from './failure.js';
import { joinedBytes } from './joined-bytes.js';
import { misshapen, unwrap } from './os-answer.js';
import type { MessageBuffer, SealedInput, SealedOutput, Sealing } from './provider.js';
import { cutLike, dataBuffer, joinNeighbours, QOP, roomFor, SECBUFFER } from './windows-buffers.js';
import { requireSealing, requireSigning, type WindowsProtection } from './windows-protection.js';

/**
 * Wine's Kerberos has no SECBUFFER_STREAM, and cuts what GSS_Wrap makes into DATA and TOKEN, in this order. Its
 * tokens for AES (RFC 3962, RFC 4121 4.2.4) have 60 bytes, which is more than its cbSecurityTrailer. Of DATA that
 * is longer than the message it leaves the rest as it finds it, so that the cut must be where it belongs.
 */
const WINE_TRAILER = 60;

/**
 * MakeSignature and so on of a context that is complete. Which buffers a sealed message has follows its package:
 * Windows' socket sample gives NTLM a token and data; .NET gives every other package padding, too, and has the
 * message opened as a stream.
 */
export class WindowsMessages {
  readonly #calls: RawSspiCalls;
  readonly #handle: RawContext;
  readonly #protection: WindowsProtection;

  constructor(calls: RawSspiCalls, handle: RawContext, protection: WindowsProtection) {
    this.#calls = calls;
    this.#handle = handle;
    this.#protection = protection;
  }

  get sizes(): RawSizes {
    return this.#protection.sizes;
  }

  sign(buffers: readonly MessageBuffer[], sequence: number): Uint8Array {
    requireSigning(this.#protection);
    const { maxSignature } = this.sizes;
    const data = this.#dataOf(buffers);
    const name = 'MakeSignature';
    const made = this.#calls.makeSignature(this.#handle, QOP.default, data, maxSignature, sequence);
    const signature = unwrap(name, made);
    if (signature.length === 0) throw misshapen(name, 'the signature is empty');
    return signature;
  }

  /** The status decides: pfQOP is of the messages that are encrypted. */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void {
    requireSigning(this.#protection);
    const token = tokenOf('signature', signature, 1, this.sizes.maxSignature);
    const sent = [...this.#dataOf(buffers), token];
    unwrap('VerifySignature', this.#calls.verifySignature(this.#handle, sent, sequence));
  }

  encrypt(buffers: readonly MessageBuffer[], { encrypt, sequence }: Sealing): SealedOutput {
    this.#requireSealing(encrypt);
    const { blockSize } = this.sizes;
    const data = this.#sealedData(buffers);
    const token = roomFor(SECBUFFER.TOKEN, this.#trailerLength);
    const isPadded = !this.#protection.isNtlm;
    const sent = isPadded
      ? [token, ...data, roomFor(SECBUFFER.PADDING, blockSize)]
      : [token, ...data];
    const qop = encrypt ? QOP.default : QOP.noEncrypt;
    const name = 'EncryptMessage';
    const made = unwrap(name, this.#calls.encryptMessage(this.#handle, qop, sent, sequence));
    requireAsMany(name, made, sent);
    const [trailer, ...sealed] = made.map((buffer) => buffer.data);
    const padding = isPadded ? sealed.pop() : undefined;
    if (trailer === undefined || trailer.length === 0) {
      throw misshapen(name, 'the trailer is empty');
    }
    requireAsLong(name, sealed, data);
    return { trailer, data: cutLike(buffers, joinedBytes(sealed)), padding };
  }

  decrypt({ trailer, buffers, padding }: SealedInput, sealing: Sealing): Uint8Array[] {
    this.#requireSealing(sealing.encrypt);
    if (padding.length > (this.#protection.isNtlm ? 0 : this.sizes.blockSize)) {
      throw invalidToken('there is more padding than the package has');
    }
    const data = this.#sealedData(buffers);
    if (this.#hasStreams) {
      // Where one ends and the next begins nothing proves: the stream has no such places.
      const parts = [trailer, ...data.map((buffer) => buffer.data), padding];
      const opened = this.#openStream(joinedBytes(parts), sealing);
      const lengths = data.reduce((sum, buffer) => sum + buffer.data.length, 0);
      if (opened.length !== lengths) throw altered('the length of a part of the message');
      return cutLike(buffers, opened);
    }
    const size = this.#trailerLength;
    const sent = [tokenOf('trailer', trailer, size, size), ...data];
    const [, ...opened] = this.#decrypt(sent, sealing).map((buffer) => buffer.data);
    requireAsLong('DecryptMessage', opened, data);
    return cutLike(buffers, joinedBytes(opened));
  }

  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    this.#requireSealing(sealing.encrypt);
    if (this.#hasStreams) return this.#openStream(wrapped, sealing);
    // NTLM has no SECBUFFER_STREAM: its signature comes first, as GSS_WrapEx has it (MS-NLMP 3.4.6).
    const isOfWine = this.#isWinesKerberos;
    const cut = isOfWine ? wrapped.length - WINE_TRAILER : this.#trailerLength;
    if (cut < 0) throw invalidToken('the message is shorter than what protects it');
    const [first, second] = [wrapped.subarray(0, cut), wrapped.subarray(cut)];
    const [trailer, bytes] = isOfWine ? [second, first] : [first, second];
    const sealed = {
      trailer,
      buffers: [{ bytes, flag: undefined }],
      padding: new Uint8Array(0),
    };
    return this.decrypt(sealed, sealing)[0] as Uint8Array;
  }

  /** Windows' page on interoperability with GSSAPI. */
  get #hasStreams(): boolean {
    return !this.#protection.isNtlm && !this.#protection.isWine;
  }

  get #isWinesKerberos(): boolean {
    return !this.#protection.isNtlm && this.#protection.isWine;
  }

  get #trailerLength(): number {
    return this.#isWinesKerberos ? WINE_TRAILER : this.sizes.securityTrailer;
  }

  #requireSealing(encrypt: boolean): void {
    requireSealing(this.#protection, encrypt);
    if (encrypt) return;
    if (this.#protection.isNtlm) throw alwaysEncrypted();
    // It cuts them elsewhere than those that are encrypted.
    if (this.#protection.isWine) throw unsupported('Wine has no messages that are not encrypted');
  }

  /** The token as a stream, and an empty buffer for data. */
  #openStream(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    const sent = [{ type: SECBUFFER.STREAM, data: wrapped }, roomFor(SECBUFFER.DATA, 0)];
    const [, opened] = this.#decrypt(sent, sealing);
    if (opened?.type !== SECBUFFER.DATA) {
      throw misshapen('DecryptMessage', `its second buffer is of type ${opened?.type}, not DATA`);
    }
    return opened.data;
  }

  #decrypt(sent: readonly RawBuffer[], { encrypt, sequence }: Sealing): RawBuffer[] {
    const name = 'DecryptMessage';
    const { qop, buffers } = unwrap(name, this.#calls.decryptMessage(this.#handle, sent, sequence));
    requireAsMany(name, buffers, sent);
    // The call takes messages of both kinds.
    if (qop === (encrypt ? QOP.default : QOP.noEncrypt)) return buffers;
    throw qopNotSupported(
      encrypt ? 'the message was signed and not encrypted' : 'the message was encrypted',
    );
  }

  #dataOf(buffers: readonly MessageBuffer[]): RawBuffer[] {
    if (!this.#protection.isNtlm && buffers.some(({ flag }) => flag !== undefined)) {
      throw unsupported('only NTLM is known to cover read-only buffers: pass none');
    }
    // No buffers are an empty message.
    const all = buffers.length === 0 ? [{ bytes: new Uint8Array(0), flag: undefined }] : buffers;
    return joinNeighbours(all).map(dataBuffer);
  }

  #sealedData(buffers: readonly MessageBuffer[]): RawBuffer[] {
    const data = this.#dataOf(buffers);
    if (data.filter(({ type }) => type === SECBUFFER.DATA).length > 1) {
      throw unsupported('buffers to be encrypted must be neighbours');
    }
    return data;
  }
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
