import { timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { SspiError } from '../error.js';
import { altered, invalidToken } from '../failure.js';
import { joinedBytes } from '../joined-bytes.js';
import type { MessageBuffer, SealedOutput } from '../provider.js';
import { hasFlag } from './flags.js';
import type { Direction } from './keys.js';
import { MessageKey } from './message-key.js';
import { readWord, writeWord } from './words.js';

/** NTLMSSP_MESSAGE_SIGNATURE (MS-NLMP 2.2.2.9): version 1, checksum, SeqNum. */
export const SIGNATURE_LENGTH = 16;

/**
 * Signs and seals the messages of a session (MS-NLMP 3.4). Both use one counter and one stream for each
 * direction; without extended session security one for both directions. A message that is refused
 * leaves both where they were (MS-NLMP 3.4.4), so that the next good one is accepted.
 */
export class MessageSecurity {
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

  /** @param sequence of a datagram; messages of a connection are counted */
  sign(buffers: readonly MessageBuffer[], sequence = 0): Uint8Array {
    const key = this.#outgoing;
    key.begin(sequence);
    const signature = this.#mac(key, buffers);
    key.sequence++;
    return signature;
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence = 0): void {
    const key = this.#expect(signature, sequence);
    key.save();
    if (!isSignature(key, this.#mac(key, buffers), signature)) {
      key.restore();
      throw altered('the message');
    }
    key.sequence++;
  }

  seal(buffers: readonly MessageBuffer[], sequence = 0): SealedOutput {
    const key = this.#outgoing;
    key.begin(sequence);
    const copies = buffers.map(copied);
    const signature = newSignature(key, copies);
    const data = copies.map((buffer) => transform(key, buffer));
    this.#encrypt(key, signature);
    key.sequence++;
    return { trailer: signature, data, padding: undefined };
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  unseal(buffers: readonly MessageBuffer[], trailer: Uint8Array, sequence = 0): Uint8Array[] {
    const key = this.#expect(trailer, sequence);
    const copies = buffers.map(copied);
    key.save();
    const data = copies.map((buffer) => transform(key, buffer));
    try {
      if (!isSignature(key, this.#mac(key, copies), trailer)) throw altered('the message');
    } catch (error) {
      key.restore();
      for (const bytes of data) bytes.fill(0);
      throw error;
    }
    key.sequence++;
    return data;
  }

  /** A signature for mechListMIC: the stream is then where it was (MS-SPNG 3.3.5.1), the counter is not. */
  signOutsideStream(message: Uint8Array): Uint8Array {
    this.#outgoing.save();
    const signature = this.sign([{ bytes: message, flag: undefined }]);
    this.#outgoing.restore();
    return signature;
  }

  /**
   * The counterpart of {@link signOutsideStream}.
   *
   * @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_INVALID_TOKEN
   */
  verifyOutsideStream(message: Uint8Array, signature: Uint8Array): void {
    try {
      this.verify([{ bytes: message, flag: undefined }], signature);
    } catch (error) {
      // Part of the handshake, which has no order to be out of.
      const isOrder = error instanceof SspiError && error.code === 'SEC_E_OUT_OF_SEQUENCE';
      throw isOrder ? altered('mechListMIC') : error;
    }
    this.#incoming.restore();
  }

  /** Overwrites the key material. */
  close(): void {
    this.#outgoing.close();
    this.#incoming.close();
  }

  /** What can be told of an incoming signature before the stream moves. */
  #expect(signature: Uint8Array, sequence = 0): MessageKey {
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

  /** The last part of a signature, which comes after the message in the stream. */
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

/** The signature of the buffers, before any of it is encrypted (MS-NLMP 3.4.4). */
function newSignature(key: MessageKey, buffers: readonly MessageBuffer[]): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_LENGTH);
  signature[0] = 1;
  if (buffers.length === 1) {
    digest(key, (buffers[0] as MessageBuffer).bytes, signature);
    return signature;
  }
  const message = joinedBytes(buffers.map(({ bytes }) => bytes));
  digest(key, message, signature);
  message.fill(0);
  return signature;
}

function digest({ hmac, sequence }: MessageKey, message: Uint8Array, signature: Uint8Array): void {
  if (hmac === undefined) writeWord(signature, 8, crc32(message));
  else hmac.checksum(sequence, message, signature, 4);
}

function isSignature(key: MessageKey, expected: Uint8Array, signature: Uint8Array): boolean {
  // RandomPad: Windows sends zeros, others what the stream gave (MS-NLMP 3.4.4.1).
  if (key.hmac === undefined) expected.set(signature.subarray(4, 8), 4);
  return timingSafeEqual(expected, signature);
}

/** In memory of our own, so that what is signed is what is encrypted. */
function copied({ bytes, flag }: MessageBuffer): MessageBuffer {
  return { bytes: new Uint8Array(bytes), flag };
}

/** Puts a buffer that is not read-only through the stream, in place. */
function transform({ stream }: MessageKey, { bytes, flag }: MessageBuffer): Uint8Array {
  if (flag === undefined) stream.update(bytes, bytes);
  return bytes;
}

function outOfSequence(): SspiError {
  return new SspiError('SEC_E_OUT_OF_SEQUENCE', 'the message is not the next one of its direction');
}
