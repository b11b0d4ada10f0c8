import type { RawBuffer, RawContext, RawSizes, RawSspiCalls } from '../../native/raw-sspi.js';
import {
  alwaysEncrypted,
  invalidToken,
  messageAltered,
  qopNotSupported,
  unsupported,
} from '../failure.js';
import type {
  MessageBuffer,
  MessageProtection,
  SealedInput,
  SealedOutput,
  Sealing,
} from '../provider.js';
import { concatSecret } from '../secret.js';
import { splitLike } from '../split-like.js';
import { dataBuffer, mergeAdjacent, outputBuffer, QOP, SECBUFFER } from './buffers.js';
import { invalidResult, requireSuccess } from './os-error.js';
import { requireSealing, requireSigning, type WindowsProtection } from './protection.js';

/**
 * MakeSignature, VerifySignature, EncryptMessage and DecryptMessage of one context. The package decides which
 * buffers a sealed message has. NTLM has a token and data, as in Windows' socket sample. Every other package has
 * padding too, and opens a message as a stream, as .NET does it.
 */
export class WindowsMessages implements MessageProtection {
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
    const signature = requireSuccess(name, made);
    if (signature.length === 0) throw invalidResult(name, 'the signature is empty');
    return signature;
  }

  /** The status decides: pfQOP says nothing about a signature. */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void {
    requireSigning(this.#protection);
    const token = tokenBuffer('signature', signature, 1, this.sizes.maxSignature);
    const sent = [...this.#dataOf(buffers), token];
    requireSuccess('VerifySignature', this.#calls.verifySignature(this.#handle, sent, sequence));
  }

  encrypt(buffers: readonly MessageBuffer[], { encrypt, sequence }: Sealing): SealedOutput {
    this.#requireSealing(encrypt);
    const { securityTrailer, blockSize } = this.sizes;
    const { isNtlm } = this.#protection;
    const data = this.#sealedData(buffers);
    const token = outputBuffer(SECBUFFER.TOKEN, securityTrailer);
    const sent = isNtlm
      ? [token, ...data]
      : [token, ...data, outputBuffer(SECBUFFER.PADDING, blockSize)];
    const qop = encrypt ? QOP.default : QOP.noEncrypt;
    const name = 'EncryptMessage';
    const answer = this.#calls.encryptMessage(this.#handle, qop, sent, sequence);
    const made = requireSuccess(name, answer);
    requireSameCount(name, made, sent);
    const [trailer, ...sealed] = made.map((buffer) => buffer.data);
    const padding = isNtlm ? undefined : sealed.pop();
    if (trailer === undefined || trailer.length === 0) {
      throw invalidResult(name, 'the trailer is empty');
    }
    requireSameLengths(name, sealed, data);
    return { trailer, data: splitLike(buffers, concatSecret(sealed)), padding };
  }

  decrypt({ trailer, buffers, padding }: SealedInput, sealing: Sealing): Uint8Array[] {
    this.#requireSealing(sealing.encrypt);
    const { isNtlm } = this.#protection;
    if (padding.length > (isNtlm ? 0 : this.sizes.blockSize)) {
      throw invalidToken('the padding is longer than a block of this package');
    }
    const data = this.#sealedData(buffers);
    if (isNtlm) return this.#decryptNtlm(trailer, buffers, data, sealing);
    const parts = [trailer, ...data.map((buffer) => buffer.data), padding];
    const opened = this.#decryptStream(concatSecret(parts), sealing);
    // A stream does not show where the trailer ended: nothing else authenticates the lengths of the parts.
    const length = data.reduce((sum, buffer) => sum + buffer.data.length, 0);
    if (opened.length !== length) throw messageAltered('the length of a part of the message');
    return splitLike(buffers, opened);
  }

  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    this.#requireSealing(sealing.encrypt);
    if (!this.#protection.isNtlm) return this.#decryptStream(wrapped, sealing);
    // NTLM takes no SECBUFFER_STREAM. Its signature comes first (GSS_WrapEx, MS-NLMP 3.4.6).
    const { securityTrailer } = this.sizes;
    const buffers = [{ bytes: wrapped.subarray(securityTrailer), flag: undefined }];
    const trailer = wrapped.subarray(0, securityTrailer);
    const sealed = { trailer, buffers, padding: new Uint8Array(0) };
    return this.decrypt(sealed, sealing)[0] as Uint8Array;
  }

  #requireSealing(encrypt: boolean): void {
    requireSealing(this.#protection, encrypt);
    if (!encrypt && this.#protection.isNtlm) throw alwaysEncrypted();
  }

  #decryptNtlm(
    trailer: Uint8Array,
    buffers: readonly MessageBuffer[],
    data: readonly RawBuffer[],
    sealing: Sealing,
  ): Uint8Array[] {
    const size = this.sizes.securityTrailer;
    const sent = [tokenBuffer('trailer', trailer, size, size), ...data];
    const [, ...opened] = this.#decrypt(sent, sealing).map((buffer) => buffer.data);
    requireSameLengths('DecryptMessage', opened, data);
    return splitLike(buffers, concatSecret(opened));
  }

  /** Windows' page "SSPI/Kerberos Interoperability with GSSAPI": the token as a stream, and empty data. */
  #decryptStream(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    const sent = [{ type: SECBUFFER.STREAM, data: wrapped }, outputBuffer(SECBUFFER.DATA, 0)];
    const [, opened] = this.#decrypt(sent, sealing);
    if (opened?.type !== SECBUFFER.DATA) {
      const fault = `its second buffer has the type ${opened?.type}, not DATA`;
      throw invalidResult('DecryptMessage', fault);
    }
    return opened.data;
  }

  #decrypt(sent: readonly RawBuffer[], { encrypt, sequence }: Sealing): RawBuffer[] {
    const name = 'DecryptMessage';
    const answer = this.#calls.decryptMessage(this.#handle, sent, sequence);
    const { qop, buffers } = requireSuccess(name, answer);
    requireSameCount(name, buffers, sent);
    // DecryptMessage accepts both kinds of message.
    if (qop === (encrypt ? QOP.default : QOP.noEncrypt)) return buffers;
    throw qopNotSupported(
      encrypt ? 'the message is signed and not encrypted' : 'the message is encrypted',
    );
  }

  #dataOf(buffers: readonly MessageBuffer[]): RawBuffer[] {
    if (!this.#protection.isNtlm && buffers.some(({ flag }) => flag !== undefined)) {
      throw unsupported('read-only buffers need NTLM: no other package is known to sign them');
    }
    // An empty list is an empty message.
    const all = buffers.length === 0 ? [{ bytes: new Uint8Array(0), flag: undefined }] : buffers;
    return mergeAdjacent(all).map(dataBuffer);
  }

  #sealedData(buffers: readonly MessageBuffer[]): RawBuffer[] {
    const data = this.#dataOf(buffers);
    if (data.filter(({ type }) => type === SECBUFFER.DATA).length > 1) {
      throw unsupported('buffers to encrypt must be adjacent');
    }
    return data;
  }
}

function requireSameCount(
  name: string,
  made: readonly RawBuffer[],
  sent: readonly RawBuffer[],
): void {
  if (made.length !== sent.length) {
    throw invalidResult(name, `it returned ${made.length} buffers of ${sent.length}`);
  }
}

function requireSameLengths(
  name: string,
  made: readonly Uint8Array[],
  sent: readonly RawBuffer[],
): void {
  if (!made.every(({ length }, index) => length === sent[index]?.data.length)) {
    throw invalidResult(name, 'it changed the length of a data buffer');
  }
}

/** The length is checked here: a package may accept an empty token, or one with bytes to spare (seen in Wine's). */
function tokenBuffer(name: string, data: Uint8Array, least: number, most: number): RawBuffer {
  if (data.length < least || data.length > most) {
    const wanted = least === most ? `${most}` : `${least} to ${most}`;
    throw invalidToken(`a ${name} has ${wanted} bytes, not ${data.length}`);
  }
  return { type: SECBUFFER.TOKEN, data };
}
