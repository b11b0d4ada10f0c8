import { timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { SspiError } from '../../errors.js';
import { altered, invalidToken } from '../failure.js';
import { joinedBytes } from '../joined-bytes.js';
import type { MessageBuffer } from '../provider.js';
import type { SealedBuffers } from '../security-context.js';
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
    return attempt(key, () => this.#mac(key, buffers));
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence = 0): void {
    const key = this.#expect(signature, sequence);
    attempt(key, () => this.#compare(key, buffers, signature));
  }

  seal(buffers: readonly MessageBuffer[], sequence = 0): SealedBuffers {
    const key = this.#outgoing;
    key.begin(sequence);
    return attempt(key, () => {
      const data = transform(key, buffers);
      return { trailer: this.#mac(key, buffers), data };
    });
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  unseal(buffers: readonly MessageBuffer[], trailer: Uint8Array, sequence = 0): Uint8Array[] {
    const key = this.#expect(trailer, sequence);
    return attempt(key, () => {
      const data = transform(key, buffers);
      try {
        const opened = data.map((bytes) => ({ bytes }));
        this.#compare(key, opened, trailer);
        return data;
      } catch (error) {
        for (const bytes of data) bytes.fill(0);
        throw error;
      }
    });
  }

  /** A signature for mechListMIC: the stream is then where it was (MS-SPNG 3.3.5.1), the counter is not. */
  signOutsideStream(message: Uint8Array): Uint8Array {
    const signature = this.sign([{ bytes: message }]);
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
      this.verify([{ bytes: message }], signature);
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

  #compare(key: MessageKey, buffers: readonly MessageBuffer[], signature: Uint8Array): void {
    const expected = this.#mac(key, buffers);
    if (key.hmac === undefined) {
      // RandomPad: Windows sends zeros, others what the stream gave (MS-NLMP 3.4.4.1).
      expected.set(signature.subarray(4, 8), 4);
    }
    if (timingSafeEqual(expected, signature)) return;
    throw altered('the message');
  }

  #mac(key: MessageKey, buffers: readonly MessageBuffer[]): Uint8Array {
    const signature = new Uint8Array(SIGNATURE_LENGTH);
    signature[0] = 1;
    const message = joinedBytes(buffers.map(({ bytes }) => bytes));
    if (key.hmac === undefined) macOfCrc(key, message, signature);
    else {
      key.hmac.checksum(key.sequence, message, signature, 4);
      if (this.#keyExchange) key.stream.update(signature, signature, 4, 12);
      writeWord(signature, 12, key.sequence);
    }
    if (buffers.length > 1) message.fill(0);
    return signature;
  }
}

/** Takes one message: the next one follows it, or it fails and the stream is where it was (MS-NLMP 3.4.4). */
function attempt<T>(key: MessageKey, work: () => T): T {
  key.save();
  try {
    const result = work();
    key.sequence++;
    return result;
  } catch (error) {
    key.restore();
    throw error;
  }
}

/** Without extended session security (MS-NLMP 3.4.4.1). */
function macOfCrc({ stream, sequence }: MessageKey, message: Uint8Array, mac: Uint8Array): void {
  writeWord(mac, 8, crc32(message));
  stream.update(mac, mac, 4, 16);
  mac.fill(0, 4, 8);
  for (let index = 0; index < 4; index++) {
    mac[12 + index] = (mac[12 + index] as number) ^ (sequence >>> (8 * index));
  }
}

/** Puts each buffer that is not read-only through the stream; the others are copied. */
function transform({ stream }: MessageKey, buffers: readonly MessageBuffer[]): Uint8Array[] {
  return buffers.map(({ bytes, flag }) => {
    if (flag !== undefined) return new Uint8Array(bytes);
    const output = new Uint8Array(bytes.length);
    stream.update(bytes, output);
    return output;
  });
}

function outOfSequence(): SspiError {
  return new SspiError('SEC_E_OUT_OF_SEQUENCE', 'the message is not the next one of its direction');
}
