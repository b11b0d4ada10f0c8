import { copyBytes } from '../../../bytes/copy.js';
import { SspiError } from '../../error.js';
import { invalidToken, messageAltered, qopNotSupported, unsupported } from '../../failure.js';
import type { MessageBuffer, SealedInput, SealedOutput, Sealing } from '../../provider.js';
import type { SessionSecurity } from '../../session.js';
import { splitLike } from '../../split-like.js';
import { BLOCK_LENGTH } from '../crypto/cts-cipher.js';
import type { Etype } from '../crypto/etype.js';
import type { ProtocolKey } from '../crypto/protocol-key.js';
import { RC4_HMAC } from '../crypto/rc4-hmac.js';
import {
  copyHeader,
  FLAG,
  HEADER_LENGTH,
  hasSequence,
  isHeader,
  isHeaderWithoutRotation,
  MIC_TOKEN,
  readExtraCount,
  readFlags,
  readRotation,
  WRAP_TOKEN,
  writeExtraCount,
  writeHeader,
  writeRotation,
} from './message-header.js';
import { bytesOf, concat, lengthOf, rotateLeft } from './parts.js';
import { SequenceCounter } from './sequence-counter.js';

/** The key usages of each sender (RFC 4121 2). */
const USAGE = {
  acceptor: { seal: 22, sign: 23 },
  initiator: { seal: 24, sign: 25 },
} as const;

/** One side of a context. */
type Role = keyof typeof USAGE;

/** The parameters of the protection of messages. */
export interface MessageSecurityOptions {
  readonly role: Role;
  /** An AES key, which the caller closes. */
  readonly key: ProtocolKey;
  /** Whether the acceptor chose the key. */
  readonly isAcceptorSubkey: boolean;
  readonly isConfidential: boolean;
  /** The number of the first message of each side. */
  readonly firstSequence: Readonly<Record<Role, number>>;
}

/** Whether RFC 4121 protects messages with an encryption type. rc4-hmac has tokens of its own (RFC 4757 7). */
export function protectsMessages({ number }: Etype): boolean {
  return number !== RC4_HMAC.number;
}

/**
 * Signs and seals the messages of a context (RFC 4121 4.2). Each direction has one counter for signed and sealed
 * messages. A rejected message does not move it: the next genuine one is accepted.
 */
export class MessageSecurity implements SessionSecurity {
  readonly #key: ProtocolKey;
  readonly #isConfidential: boolean;
  readonly #outgoing: Direction;
  readonly #incoming: Direction;
  readonly #macLength: number;
  /** The header of the current call. A view of a small result would cost the result a memory outside V8's heap. */
  readonly #header = new Uint8Array(HEADER_LENGTH);

  constructor({
    role,
    key,
    isAcceptorSubkey,
    isConfidential,
    firstSequence,
  }: MessageSecurityOptions) {
    const directionOf = (sender: Role): Direction => ({
      usage: USAGE[sender],
      flags:
        (sender === 'acceptor' ? FLAG.sentByAcceptor : 0) |
        (isAcceptorSubkey ? FLAG.acceptorSubkey : 0),
      sequence: new SequenceCounter(firstSequence[sender]),
    });
    this.#key = key;
    this.#isConfidential = isConfidential;
    this.#outgoing = directionOf(role);
    this.#incoming = directionOf(role === 'initiator' ? 'acceptor' : 'initiator');
    this.#macLength = key.etype.checksumLength;
  }

  /** The length of a signature in bytes. */
  get signatureLength(): number {
    return HEADER_LENGTH + this.#macLength;
  }

  /** The length of the trailer of an encrypted message, which is longer than that of a signed one. */
  get trailerLength(): number {
    return HEADER_LENGTH + BLOCK_LENGTH + HEADER_LENGTH + this.#macLength;
  }

  /** GSS_GetMIC (RFC 4121 4.2.6.1). */
  sign(buffers: readonly MessageBuffer[]): Uint8Array {
    const { usage, flags, sequence } = this.#outgoing;
    const token = new Uint8Array(this.signatureLength);
    writeHeader(this.#header, MIC_TOKEN, flags, sequence.next);
    token.set(this.#header);
    const parts = [...bytesOf(buffers), this.#header];
    this.#key.writeChecksum(usage.sign, parts, token, HEADER_LENGTH);
    sequence.advance();
    return token;
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array): void {
    if (signature.length !== this.signatureLength) {
      const wanted = `${this.signatureLength} bytes, not ${signature.length}`;
      throw invalidToken(`a signature has ${wanted}`);
    }
    copyHeader(signature, this.#header);
    const { usage, flags } = this.#incoming;
    if (!isHeader(this.#header, MIC_TOKEN) || readFlags(this.#header) !== flags) {
      throw messageAltered('the signature');
    }
    const parts = [...bytesOf(buffers), this.#header];
    this.#key.verifyChecksumAt(usage.sign, parts, signature, HEADER_LENGTH);
    this.#count();
  }

  signMechTypeList(mechTypeList: Uint8Array): Uint8Array {
    return this.sign([{ bytes: mechTypeList, flag: undefined }]);
  }

  verifyMechTypeList(mechTypeList: Uint8Array, mechListMIC: Uint8Array): void {
    this.verify([{ bytes: mechTypeList, flag: undefined }], mechListMIC);
  }

  /**
   * Makes a Wrap token in the layout of SSPI: the rotation puts everything but the message into the trailer
   * (MS-KILE 3.4.5.4.1).
   */
  encrypt(buffers: readonly MessageBuffer[], { encrypt }: Sealing): SealedOutput {
    this.#requireSealing(encrypt);
    const { trailer, data } = encrypt ? this.#seal(buffers) : this.#wrapUnsealed(buffers);
    this.#outgoing.sequence.advance();
    return { trailer, data: splitLike(buffers, data), padding: undefined };
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN, SEC_E_QOP_NOT_SUPPORTED */
  decrypt({ trailer, buffers, padding }: SealedInput, sealing: Sealing): Uint8Array[] {
    const parts = bytesOf(buffers);
    const length = lengthOf(parts);
    // Only the sum of the three lengths is authenticated.
    const body = [trailer.subarray(HEADER_LENGTH), ...parts, padding];
    const message = this.#open(trailer, body, sealing, length);
    return splitLike(buffers, message);
  }

  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    return this.#open(wrapped, [wrapped.subarray(HEADER_LENGTH)], sealing, undefined);
  }

  #seal(buffers: readonly MessageBuffer[]): SealedParts {
    const { usage, flags, sequence } = this.#outgoing;
    const trailer = new Uint8Array(this.trailerLength);
    writeHeader(this.#header, WRAP_TOKEN, flags | FLAG.sealed, sequence.next);
    const parts = [...bytesOf(buffers), this.#header];
    const [ciphertext, mac] = this.#key.encryptInPieces(usage.seal, parts);
    const rotation = HEADER_LENGTH + mac.length;
    writeRotation(this.#header, rotation);
    const end = ciphertext.length - HEADER_LENGTH;
    trailer.set(this.#header);
    copyBytes(ciphertext, end, HEADER_LENGTH, trailer, HEADER_LENGTH);
    trailer.set(mac, 2 * HEADER_LENGTH);
    copyBytes(ciphertext, 0, BLOCK_LENGTH, trailer, HEADER_LENGTH + rotation);
    return { trailer, data: ciphertext.slice(BLOCK_LENGTH, end) };
  }

  #wrapUnsealed(buffers: readonly MessageBuffer[]): SealedParts {
    const { usage, flags, sequence } = this.#outgoing;
    const trailer = new Uint8Array(this.signatureLength);
    writeHeader(this.#header, WRAP_TOKEN, flags, sequence.next);
    // A copy, so that the bytes that are signed are the bytes that are returned.
    const data = concat(...bytesOf(buffers));
    this.#key.writeChecksum(usage.seal, [data, this.#header], trailer, HEADER_LENGTH);
    writeExtraCount(this.#header, this.#macLength);
    writeRotation(this.#header, this.#macLength);
    trailer.set(this.#header);
    return { trailer, data };
  }

  /**
   * Copies what it verifies: the caller can alter the token meanwhile.
   *
   * @param start the header and perhaps more
   * @param parts what follows the header
   * @param length of the message that the caller expects
   */
  #open(
    start: Uint8Array,
    parts: readonly Uint8Array[],
    { encrypt }: Sealing,
    length: number | undefined,
  ): Uint8Array {
    this.#requireSealing(encrypt);
    if (start.length < HEADER_LENGTH || lengthOf(parts) < this.#macLength) {
      const least = HEADER_LENGTH + this.#macLength;
      throw invalidToken(`a sealed message has at least ${least} bytes`);
    }
    const header = this.#header;
    copyHeader(start, header);
    const flags = readFlags(header);
    const isSealed = (flags & FLAG.sealed) !== 0;
    if (!isHeader(header, WRAP_TOKEN) || (flags & ~FLAG.sealed) !== this.#incoming.flags) {
      throw messageAltered('the message');
    }
    const body = rotateLeft(parts, readRotation(header));
    const message = isSealed ? this.#openSealed(body) : this.#openUnsealed(body);
    try {
      if (isSealed !== encrypt) {
        throw qopNotSupported(
          encrypt ? 'the message is signed and not encrypted' : 'the message is encrypted',
        );
      }
      if (length !== undefined && length !== message.length) {
        throw messageAltered('the length of a part of the message');
      }
      this.#count();
    } catch (error) {
      message.fill(0);
      throw error;
    }
    return message;
  }

  /** The plaintext ends with EC bytes of filler and with the header, its RRC zero (RFC 4121 4.2.4). */
  #openSealed(body: Uint8Array): Uint8Array {
    const header = this.#header;
    const plaintext = this.#key.decryptMessage(this.#incoming.usage.seal, body);
    const headerStart = plaintext.length - HEADER_LENGTH;
    const end = headerStart - readExtraCount(header);
    const isGenuine = end >= 0 && isHeaderWithoutRotation(plaintext, headerStart, header);
    const message = plaintext.slice(0, Math.max(0, end));
    plaintext.fill(0);
    if (isGenuine) return message;
    message.fill(0);
    throw messageAltered('the message');
  }

  /** The checksum is over the message and the header, whose EC and RRC are zero (RFC 4121 4.2.4). */
  #openUnsealed(body: Uint8Array): Uint8Array {
    const end = body.length - this.#macLength;
    if (readExtraCount(this.#header) !== this.#macLength) throw messageAltered('the message');
    writeExtraCount(this.#header, 0);
    writeRotation(this.#header, 0);
    const message = body.slice(0, end);
    const { usage } = this.#incoming;
    this.#key.verifyChecksumAt(usage.seal, [message, this.#header], body, end);
    return message;
  }

  /** @throws SspiError SEC_E_OUT_OF_SEQUENCE unless the verified header has the next number */
  #count(): void {
    const { sequence } = this.#incoming;
    if (!hasSequence(this.#header, sequence.next)) {
      const problem = 'the message is not the next one in its direction';
      throw new SspiError('SEC_E_OUT_OF_SEQUENCE', problem);
    }
    sequence.advance();
  }

  #requireSealing(encrypt: boolean): void {
    if (encrypt && !this.#isConfidential) throw unsupported('this context has no confidentiality');
  }
}

interface Direction {
  readonly usage: { readonly seal: number; readonly sign: number };
  /** SentByAcceptor and AcceptorSubkey. */
  readonly flags: number;
  readonly sequence: SequenceCounter;
}

interface SealedParts {
  readonly trailer: Uint8Array;
  readonly data: Uint8Array;
}
