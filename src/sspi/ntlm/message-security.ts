import { timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { copyOf } from '../../bytes/copy.js';
import { readWord, writeWord } from '../crypto/words.js';
import { SspiError } from '../error.js';
import { alwaysEncrypted, invalidToken, messageAltered } from '../failure.js';
import type { MessageBuffer, SealedInput, SealedOutput, Sealing } from '../provider.js';
import { concatSecret } from '../secret.js';
import type { SessionSecurity } from '../session.js';
import { hasFlag } from './flags.js';
import type { Direction } from './keys.js';
import { MessageKey } from './message-key.js';

/** NTLMSSP_MESSAGE_SIGNATURE (MS-NLMP 2.2.2.9): version 1, checksum, SeqNum. */
export const SIGNATURE_LENGTH = 16;

const NO_PADDING = new Uint8Array(0);

/**
 * Signs and seals the messages of a session (MS-NLMP 3.4). Each direction has one counter and one key stream for
 * signed and sealed messages; without extended session security both directions share them. A rejected message
 * moves neither (MS-NLMP 3.4.4): the next genuine one is accepted.
 */
export class MessageSecurity implements SessionSecurity {
  readonly signatureLength: number = SIGNATURE_LENGTH;
  readonly trailerLength: number = SIGNATURE_LENGTH;
  readonly #outgoing: MessageKey;
  readonly #incoming: MessageKey;
  readonly #keyExchange: boolean;

  constructor(exportedSessionKey: Uint8Array, flags: number, role: 'client' | 'server') {
    const keyOf = (direction: Direction) => new MessageKey(exportedSessionKey, flags, direction);
    const toServer = keyOf('client-to-server');
    const toClient = hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')
      ? keyOf('server-to-client')
      : toServer;
    this.#outgoing = role === 'client' ? toServer : toClient;
    this.#incoming = role === 'client' ? toClient : toServer;
    this.#keyExchange = hasFlag(flags, 'NEGOTIATE_KEY_EXCH');
  }

  /** @param sequence the number of a datagram; ignored on a connection */
  sign(buffers: readonly MessageBuffer[], sequence: number): Uint8Array {
    const key = this.#outgoing;
    key.begin(sequence);
    const signature = this.#mac(key, buffers);
    key.sequence++;
    return signature;
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void {
    const key = this.#expect(signature, sequence);
    key.save();
    if (!isSignature(key, this.#mac(key, buffers), signature)) {
      key.restore();
      throw messageAltered('the message');
    }
    key.sequence++;
  }

  encrypt(buffers: readonly MessageBuffer[], { encrypt, sequence }: Sealing): SealedOutput {
    if (!encrypt) throw alwaysEncrypted();
    const key = this.#outgoing;
    key.begin(sequence);
    const copies = buffers.map(copyBuffer);
    const signature = newSignature(key, copies);
    const data = copies.map((buffer) => transform(key, buffer));
    this.#encrypt(key, signature);
    key.sequence++;
    return { trailer: signature, data, padding: undefined };
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  decrypt(
    { trailer, buffers, padding }: SealedInput,
    { encrypt, sequence }: Sealing,
  ): Uint8Array[] {
    if (!encrypt) throw alwaysEncrypted();
    if (padding.length > 0) throw invalidToken('NTLM has no padding');
    const key = this.#expect(trailer, sequence);
    const copies = buffers.map(copyBuffer);
    key.save();
    const data = copies.map((buffer) => transform(key, buffer));
    try {
      if (!isSignature(key, this.#mac(key, copies), trailer)) throw messageAltered('the message');
    } catch (error) {
      key.restore();
      for (const bytes of data) bytes.fill(0);
      throw error;
    }
    key.sequence++;
    return data;
  }

  /** GSS_WrapEx puts the signature before the encrypted message (MS-NLMP 3.4.6). */
  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    const trailer = copyOf(wrapped.subarray(0, SIGNATURE_LENGTH));
    const buffers = [{ bytes: wrapped.subarray(SIGNATURE_LENGTH), flag: undefined }];
    const sealed = { trailer, buffers, padding: NO_PADDING };
    return this.decrypt(sealed, sealing)[0] as Uint8Array;
  }

  /** It advances the counter and not the key stream (MS-SPNG 3.3.5.1). */
  signMechTypeList(mechTypeList: Uint8Array): Uint8Array {
    this.#outgoing.save();
    const signature = this.sign([{ bytes: mechTypeList, flag: undefined }], 0);
    this.#outgoing.restore();
    return signature;
  }

  verifyMechTypeList(mechTypeList: Uint8Array, mechListMIC: Uint8Array): void {
    this.verify([{ bytes: mechTypeList, flag: undefined }], mechListMIC, 0);
    this.#incoming.restore();
  }

  /** Overwrites the key material. */
  close(): void {
    this.#outgoing.close();
    this.#incoming.close();
  }

  /** Checks what needs no key stream, before the stream moves. */
  #expect(signature: Uint8Array, sequence: number): MessageKey {
    if (signature.length !== SIGNATURE_LENGTH) {
      throw invalidToken(`a signature has ${SIGNATURE_LENGTH} bytes, not ${signature.length}`);
    }
    const key = this.#incoming;
    key.begin(sequence);
    const isEncrypted = key.hmac === undefined;
    if (!isEncrypted && readWord(signature, 12) >>> 0 !== key.sequence) throw outOfSequence();
    return key;
  }

  #mac(key: MessageKey, buffers: readonly MessageBuffer[]): Uint8Array {
    const signature = newSignature(key, buffers);
    this.#encrypt(key, signature);
    return signature;
  }

  /** Encrypts the checksum, which follows the message in the key stream. */
  #encrypt(key: MessageKey, signature: Uint8Array): void {
    const { stream, sequence } = key;
    if (key.hmac !== undefined) {
      if (this.#keyExchange) stream.update(signature, signature, 4, 12);
      writeWord(signature, 12, sequence);
      return;
    }
    // MS-NLMP 3.4.4.1
    stream.update(signature, signature, 4, 16);
    signature.fill(0, 4, 8);
    writeWord(signature, 12, readWord(signature, 12) ^ sequence);
  }
}

/** The signature of the buffers, still unencrypted (MS-NLMP 3.4.4). */
function newSignature(key: MessageKey, buffers: readonly MessageBuffer[]): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_LENGTH);
  signature[0] = 1;
  if (buffers.length === 1) {
    digest(key, (buffers[0] as MessageBuffer).bytes, signature);
    return signature;
  }
  const message = concatSecret(buffers.map(({ bytes }) => bytes));
  digest(key, message, signature);
  message.fill(0);
  return signature;
}

function digest({ hmac, sequence }: MessageKey, message: Uint8Array, signature: Uint8Array): void {
  if (hmac === undefined) writeWord(signature, 8, crc32(message));
  else hmac.checksum(sequence, message, signature, 4);
}

function isSignature(key: MessageKey, expected: Uint8Array, signature: Uint8Array): boolean {
  // RandomPad: Windows sends zeros, other implementations bytes of the key stream (MS-NLMP 3.4.4.1).
  if (key.hmac === undefined) expected.set(signature.subarray(4, 8), 4);
  return timingSafeEqual(expected, signature);
}

/** A copy, so that the bytes that are signed are the bytes that are encrypted. */
function copyBuffer({ bytes, flag }: MessageBuffer): MessageBuffer {
  return { bytes: new Uint8Array(bytes), flag };
}

/** Encrypts or decrypts a buffer in place, unless it is read-only. */
function transform({ stream }: MessageKey, { bytes, flag }: MessageBuffer): Uint8Array {
  if (flag === undefined) stream.update(bytes, bytes);
  return bytes;
}

function outOfSequence(): SspiError {
  return new SspiError('SEC_E_OUT_OF_SEQUENCE', 'the message is not the next one in its direction');
}
