import { SspiError } from '../errors.js';
import type { RawAnswer } from '../native/raw.js';
import type { RawBuffer, RawContext, RawSizes, RawSspiCalls } from '../native/raw-sspi.js';
import type { ContextFlag } from './context-options.js';
import { invalidToken, unsupported } from './failure.js';
import { misshapen, unwrap } from './os-answer.js';
import type { MessageBuffer, ProviderContext, SealedParts } from './provider.js';
import type { ContextAttributes, SealedBuffers, Step } from './security-context.js';
import { contents, dataBuffers, SECBUFFER } from './windows-buffers.js';
import { CLIENT_BITS, flagsIn, SERVER_BITS } from './windows-flags.js';
import { packageInfoOf } from './windows-packages.js';
import { requireSealing, requireSigning, sizesGiven, trailerRoom } from './windows-sizes.js';

/** The quality of protection that a package has by default. */
const QOP = 0;

/** Which side of a context this is. */
type Role = 'client' | 'server';

/** A CtxtHandle: Windows decides, and here its answers become ours. */
export class WindowsContext implements ProviderContext {
  readonly #calls: RawSspiCalls;
  readonly #handle: RawContext;
  readonly #role: Role;
  readonly #required: readonly ContextFlag[];
  #flags: readonly ContextFlag[] = [];
  #knownSizes: RawSizes | undefined;

  constructor(
    calls: RawSspiCalls,
    handle: RawContext,
    role: Role,
    required: readonly ContextFlag[],
  ) {
    this.#calls = calls;
    this.#handle = handle;
    this.#role = role;
    this.#required = required;
  }

  async step(token: Uint8Array): Promise<Step> {
    const input = token.length === 0 ? undefined : token;
    const name = this.#role === 'client' ? 'InitializeSecurityContext' : 'AcceptSecurityContext';
    const answer = unwrap(name, await this.#calls.step(this.#handle, input));
    if (answer.done) this.#complete(answer.attributes);
    return { token: answer.token, done: answer.done };
  }

  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name] {
    return this.#attributes[name]();
  }

  sign(buffers: readonly MessageBuffer[], sequence = 0): Uint8Array {
    requireSigning(this.#sizes);
    const { maxSignature } = this.#sizes;
    const data = dataBuffers(buffers);
    const made = this.#calls.makeSignature(this.#handle, QOP, data, maxSignature, sequence);
    return unwrap('MakeSignature', made);
  }

  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence = 0): void {
    requireSigning(this.#sizes);
    const token = tokenOf('signature', signature, this.#sizes.maxSignature);
    const sent = [...dataBuffers(buffers), token];
    unwrap('VerifySignature', this.#calls.verifySignature(this.#handle, sent, sequence));
  }

  encrypt(buffers: readonly MessageBuffer[], sequence = 0): SealedBuffers {
    requireSealing(this.#sizes);
    const { blockSize } = this.#sizes;
    const sent = [
      roomFor(SECBUFFER.TOKEN, trailerRoom(this.#sizes)),
      ...dataBuffers(buffers),
      ...(blockSize > 0 ? [roomFor(SECBUFFER.PADDING, blockSize)] : []),
    ];
    const name = 'EncryptMessage';
    const made = unwrap(name, this.#calls.encryptMessage(this.#handle, QOP, sent, sequence));
    const [trailer] = contents(made, 0, 1);
    const [padding] = contents(made, 1 + buffers.length, 1);
    if (trailer === undefined || made.length !== sent.length) {
      throw misshapen(name, 'there are other buffers in it than were given');
    }
    const data = contents(made, 1, buffers.length);
    return { trailer, data, ...(padding !== undefined && { padding }) };
  }

  decrypt(
    buffers: readonly MessageBuffer[],
    { trailer, padding }: SealedParts,
    sequence = 0,
  ): Uint8Array[] {
    requireSealing(this.#sizes);
    const sent = [
      tokenOf('trailer', trailer, trailerRoom(this.#sizes)),
      ...dataBuffers(buffers),
      ...(padding === undefined ? [] : [{ type: SECBUFFER.PADDING, data: padding }]),
    ];
    return contents(this.#decrypt(sent, sequence), 1, buffers.length);
  }

  /** Windows' page on interoperability with GSSAPI: the token as a stream, and an empty buffer for data. */
  unwrap(wrapped: Uint8Array, sequence = 0): Uint8Array {
    requireSealing(this.#sizes);
    const sent = [{ type: SECBUFFER.STREAM, data: wrapped }, roomFor(SECBUFFER.DATA, 0)];
    return contents(this.#decrypt(sent, sequence), 1, 1)[0] as Uint8Array;
  }

  close(): void {
    this.#calls.closeContext(this.#handle);
  }

  readonly #attributes: { [Name in keyof ContextAttributes]: () => ContextAttributes[Name] } = {
    sizes: () => ({ ...this.#sizes }),
    names: () => ({ userName: queried(this.#calls.queryNames(this.#handle)) }),
    negotiationInfo: () => ({
      package: packageInfoOf(queried(this.#calls.queryNegotiationInfo(this.#handle)).package),
    }),
    sessionKey: () => queried(this.#calls.querySessionKey(this.#handle)),
    keyInfo: () => queried(this.#calls.queryKeyInfo(this.#handle)),
    packageInfo: () => packageInfoOf(queried(this.#calls.queryPackageInfo(this.#handle))),
    flags: () => [...this.#flags],
  };

  /** That a package does less than it was asked for is no failure of its calls: pfContextAttr says so. */
  #complete(attributes: number): void {
    this.#flags = this.#given(attributes);
    const missing = this.#required.filter((flag) => !this.#flags.includes(flag));
    if (missing.length > 0) throw unsupported(`the context does not give ${missing.join(', ')}`);
  }

  /** Wine's NTLM client says nothing in pfContextAttr, and what it gives in SECPKG_ATTR_FLAGS. */
  #given(attributes: number): ContextFlag[] {
    if (this.#role === 'server') return flagsIn(attributes, SERVER_BITS);
    const isSaid = attributes !== 0 || this.#required.length === 0;
    const bits = isSaid ? attributes : queried(this.#calls.queryFlags(this.#handle));
    return flagsIn(bits, CLIENT_BITS);
  }

  get #sizes(): RawSizes {
    this.#knownSizes ??= sizesGiven(queried(this.#calls.querySizes(this.#handle)), this.#flags);
    return this.#knownSizes;
  }

  #decrypt(sent: readonly RawBuffer[], sequence: number): RawBuffer[] {
    const name = 'DecryptMessage';
    const { qop, buffers } = unwrap(name, this.#calls.decryptMessage(this.#handle, sent, sequence));
    if (buffers.length !== sent.length) {
      throw misshapen(name, 'there are other buffers in it than were given');
    }
    // SECQOP_WRAP_NO_ENCRYPT: whoever sent this did not hide it, and the call took it all the same.
    if (qop !== QOP) {
      const message = 'the message was signed and not encrypted';
      throw new SspiError('SEC_E_QOP_NOT_SUPPORTED', message);
    }
    return buffers;
  }
}

function queried<Value>(answer: RawAnswer<Value>): Value {
  return unwrap('QueryContextAttributes', answer);
}

/** A buffer for a call to write to. */
function roomFor(type: number, length: number): RawBuffer {
  return { type, data: new Uint8Array(length) };
}

/**
 * What a call could overlook: Wine's Kerberos takes an empty trailer, and NTLM one with more at its end.
 *
 * @param most its bytes at the most
 */
function tokenOf(name: string, data: Uint8Array, most: number): RawBuffer {
  if (data.length < 1 || data.length > most) {
    throw invalidToken(`a ${name} has 1 to ${most} bytes, not ${data.length}`);
  }
  return { type: SECBUFFER.TOKEN, data };
}
