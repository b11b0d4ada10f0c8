import { SspiError } from '../../error.js';
import { invalidToken, messageAltered, qopNotSupported, unsupported } from '../../failure.js';
import type {
  MessageBuffer,
  MessageProtection,
  SealedInput,
  SealedOutput,
  Sealing,
} from '../../provider.js';
import { concatSecret } from '../../secret.js';
import { splitLike } from '../../split-like.js';
import { BLOCK_LENGTH } from '../crypto/cts-cipher.js';
import type { Etype } from '../crypto/etype.js';
import type { ProtocolKey } from '../crypto/protocol-key.js';
import { RC4_HMAC } from '../crypto/rc4-hmac.js';
import {
  encodeHeader,
  FLAG,
  HEADER_LENGTH,
  hasSequence,
  isHeader,
  MIC_TOKEN,
  readExtraCount,
  readFlags,
  readRotation,
  WRAP_TOKEN,
  writeExtraCount,
  writeRotation,
} from './message-header.js';
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
export class MessageSecurity implements MessageProtection {
  readonly #key: ProtocolKey;
  readonly #isConfidential: boolean;
  readonly #outgoing: Direction;
  readonly #incoming: Direction;
  readonly #macLength: number;

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
    const header = encodeHeader(MIC_TOKEN, flags, sequence.next);
    const mac = this.#key.checksum(usage.sign, ...bytesOf(buffers), header);
    sequence.advance();
    return concat(header, mac);
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN */
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array): void {
    if (signature.length !== this.signatureLength) {
      const wanted = `${this.signatureLength} bytes, not ${signature.length}`;
      throw invalidToken(`a signature has ${wanted}`);
    }
    const header = signature.subarray(0, HEADER_LENGTH);
    const mac = signature.subarray(HEADER_LENGTH);
    const { usage, flags } = this.#incoming;
    if (!isHeader(header, MIC_TOKEN) || readFlags(header) !== flags) {
      throw messageAltered('the signature');
    }
    this.#key.verifyChecksum(usage.sign, mac, ...bytesOf(buffers), header);
    this.#count(header);
  }

  /**
   * Makes a Wrap token in the layout of SSPI: the rotation puts everything but the message into the trailer
   * (MS-KILE 3.4.5.4.1).
   */
  encrypt(buffers: readonly MessageBuffer[], { encrypt }: Sealing): SealedOutput {
    this.#requireSealing(encrypt);
    const parts = bytesOf(buffers);
    const { trailer, data } = encrypt ? this.#seal(parts) : this.#wrapUnsealed(parts);
    this.#outgoing.sequence.advance();
    return { trailer, data: splitLike(buffers, data), padding: undefined };
  }

  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN, SEC_E_QOP_NOT_SUPPORTED */
  decrypt({ trailer, buffers, padding }: SealedInput, sealing: Sealing): Uint8Array[] {
    const parts = bytesOf(buffers);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    // Only the sum of the three lengths is authenticated.
    const message = this.#open(concat(trailer, ...parts, padding), sealing, length);
    return splitLike(buffers, message);
  }

  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array {
    return this.#open(wrapped, sealing, undefined);
  }

  #seal(parts: readonly Uint8Array[]): SealedParts {
    const { usage, flags, sequence } = this.#outgoing;
    const header = encodeHeader(WRAP_TOKEN, flags | FLAG.sealed, sequence.next);
    const ciphertext = this.#key.encrypt(usage.seal, ...parts, header);
    const rotation = HEADER_LENGTH + this.#macLength;
    writeRotation(header, rotation);
    const end = ciphertext.length - rotation;
    const confounder = ciphertext.subarray(0, BLOCK_LENGTH);
    const trailer = concat(header, ciphertext.subarray(end), confounder);
    return { trailer, data: ciphertext.slice(BLOCK_LENGTH, end) };
  }

  #wrapUnsealed(parts: readonly Uint8Array[]): SealedParts {
    const { usage, flags, sequence } = this.#outgoing;
    const header = encodeHeader(WRAP_TOKEN, flags, sequence.next);
    // A copy, so that the bytes that are signed are the bytes that are returned.
    const data = concat(...parts);
    const mac = this.#key.checksum(usage.seal, data, header);
    writeExtraCount(header, mac.length);
    writeRotation(header, mac.length);
    return { trailer: concat(header, mac), data };
  }

  /** @param length of the message that the caller expects */
  #open(token: Uint8Array, { encrypt }: Sealing, length: number | undefined): Uint8Array {
    this.#requireSealing(encrypt);
    const least = HEADER_LENGTH + this.#macLength;
    if (token.length < least) {
      throw invalidToken(`a sealed message has at least ${least} bytes, not ${token.length}`);
    }
    // The copies are what is verified and returned, whatever the caller does to the token meanwhile.
    const header = new Uint8Array(token.subarray(0, HEADER_LENGTH));
    const flags = readFlags(header);
    const isSealed = (flags & FLAG.sealed) !== 0;
    if (!isHeader(header, WRAP_TOKEN) || (flags & ~FLAG.sealed) !== this.#incoming.flags) {
      throw messageAltered('the message');
    }
    const body = rotateLeft(token.subarray(HEADER_LENGTH), readRotation(header));
    const message = isSealed ? this.#openSealed(header, body) : this.#openUnsealed(header, body);
    try {
      if (isSealed !== encrypt) {
        throw qopNotSupported(
          encrypt ? 'the message is signed and not encrypted' : 'the message is encrypted',
        );
      }
      if (length !== undefined && length !== message.length) {
        throw messageAltered('the length of a part of the message');
      }
      this.#count(header);
    } catch (error) {
      message.fill(0);
      throw error;
    }
    return message;
  }

  /** The plaintext ends with EC bytes of filler and with the header, its RRC zero (RFC 4121 4.2.4). */
  #openSealed(header: Uint8Array, body: Uint8Array): Uint8Array {
    const plaintext = this.#key.decrypt(this.#incoming.usage.seal, body);
    const headerStart = plaintext.length - HEADER_LENGTH;
    const end = headerStart - readExtraCount(header);
    const original = new Uint8Array(header);
    writeRotation(original, 0);
    const isGenuine = end >= 0 && Buffer.from(original).equals(plaintext.subarray(headerStart));
    const message = new Uint8Array(plaintext.subarray(0, Math.max(0, end)));
    plaintext.fill(0);
    if (isGenuine) return message;
    message.fill(0);
    throw messageAltered('the message');
  }

  /** The checksum is over the message and the header, whose EC and RRC are zero (RFC 4121 4.2.4). */
  #openUnsealed(header: Uint8Array, body: Uint8Array): Uint8Array {
    const end = body.length - this.#macLength;
    if (readExtraCount(header) !== this.#macLength) throw messageAltered('the message');
    const original = new Uint8Array(header);
    writeExtraCount(original, 0);
    writeRotation(original, 0);
    const { usage } = this.#incoming;
    this.#key.verifyChecksum(usage.seal, body.subarray(end), body.subarray(0, end), original);
    return body.slice(0, end);
  }

  /** @throws SspiError SEC_E_OUT_OF_SEQUENCE unless the verified header has the next number */
  #count(header: Uint8Array): void {
    const { sequence } = this.#incoming;
    if (!hasSequence(header, sequence.next)) {
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

function bytesOf(buffers: readonly MessageBuffer[]): Uint8Array[] {
  return buffers.map(({ bytes, flag }) => {
    if (flag !== undefined) throw unsupported('read-only buffers need NTLM: Kerberos has none');
    return bytes;
  });
}

/** Copies of the parts in a row. */
function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? new Uint8Array(first) : concatSecret(parts);
}

/** A copy whose first `count` bytes moved to its end. */
function rotateLeft(bytes: Uint8Array, count: number): Uint8Array {
  const cut = bytes.length === 0 ? 0 : count % bytes.length;
  return concat(bytes.subarray(cut), bytes.subarray(0, cut));
}
