import { checkOneOf } from '../bytes/check.js';
import { checkToken } from './arguments.js';
import type { ContextAttributes } from './context-attributes.js';
import { invalidHandle } from './failure.js';
import {
  checkBuffers,
  checkMessage,
  checkSealed,
  checkSealedBuffers,
  checkSealing,
  checkSequence,
  checkSignature,
  readSealed,
  readSealedBuffers,
} from './message-arguments.js';
import type {
  DataBuffer,
  MessageOptions,
  SealedBuffers,
  SealedMessage,
  SealOptions,
} from './message-types.js';
import type { ProviderContext } from './provider.js';
import type { SecurityContext, Step } from './security-context.js';

const ATTRIBUTES: readonly (keyof ContextAttributes)[] = [
  'sizes',
  'names',
  'negotiationInfo',
  'sessionKey',
  'keyInfo',
  'packageInfo',
  'flags',
  'authorizationData',
];

/** The errors for a call in the wrong state. */
const STATES = {
  incomplete: 'the context is not complete yet',
  stepping: 'another step of the context is in progress',
  complete: 'the context is already complete',
  failed: 'the handshake of the context failed',
  closed: 'the context is closed',
} as const;

/** Checks the arguments and the order of the calls, and passes them to a provider. */
export class ContextFacade implements SecurityContext {
  readonly #work: ProviderContext;
  readonly #isDatagram: boolean;
  #state: keyof typeof STATES = 'incomplete';

  constructor(work: ProviderContext, isDatagram: boolean) {
    this.#work = work;
    this.#isDatagram = isDatagram;
  }

  async step(token: Uint8Array = new Uint8Array(0)): Promise<Step> {
    const bytes = checkToken(token);
    this.#expect('incomplete');
    this.#state = 'stepping';
    try {
      const { token: answer, done } = await this.#work.step(bytes);
      this.#expect('stepping');
      this.#state = done ? 'complete' : 'incomplete';
      // A copy: the provider may keep its own, which the MIC and mechListMIC cover.
      return { token: new Uint8Array(answer), done };
    } catch (error) {
      throw this.#errorOfStep(error);
    }
  }

  queryContextAttributes<Name extends keyof ContextAttributes>(
    name: Name,
  ): ContextAttributes[Name] {
    checkOneOf('name', name, ATTRIBUTES);
    this.#expect('complete');
    return this.#work.attribute(name);
  }

  makeSignature(message: Uint8Array, options?: MessageOptions): Uint8Array {
    const sequence = checkSequence(options, this.#isDatagram);
    const buffers = checkMessage('message', message);
    this.#expect('complete');
    return this.#work.messages.sign(buffers, sequence);
  }

  makeSignatureBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): Uint8Array {
    const sequence = checkSequence(options, this.#isDatagram);
    const checked = checkBuffers('buffers', buffers);
    this.#expect('complete');
    return this.#work.messages.sign(checked, sequence);
  }

  verifySignature(message: Uint8Array, signature: Uint8Array, options?: MessageOptions): void {
    const sequence = checkSequence(options, this.#isDatagram);
    const buffers = checkMessage('message', message);
    const bytes = checkSignature('signature', signature);
    this.#expect('complete');
    this.#work.messages.verify(buffers, bytes, sequence);
  }

  verifySignatureBuffers(
    buffers: readonly DataBuffer[],
    signature: Uint8Array,
    options?: MessageOptions,
  ): void {
    const sequence = checkSequence(options, this.#isDatagram);
    const checked = checkBuffers('buffers', buffers);
    const bytes = checkSignature('signature', signature);
    this.#expect('complete');
    this.#work.messages.verify(checked, bytes, sequence);
  }

  encryptMessage(message: Uint8Array, options?: SealOptions): SealedMessage {
    const sealing = checkSealing(options, this.#isDatagram);
    const buffers = checkMessage('message', message);
    this.#expect('complete');
    const { trailer, data, padding } = this.#work.messages.encrypt(buffers, sealing);
    const [bytes] = data as [Uint8Array];
    return padding === undefined ? { trailer, data: bytes } : { trailer, data: bytes, padding };
  }

  encryptMessageBuffers(buffers: readonly DataBuffer[], options?: SealOptions): SealedBuffers {
    const sealing = checkSealing(options, this.#isDatagram);
    const checked = checkBuffers('buffers', buffers);
    this.#expect('complete');
    const { trailer, data, padding } = this.#work.messages.encrypt(checked, sealing);
    const sealed = data.map((bytes, index) => {
      const flag = checked[index]?.flag;
      return flag === undefined ? { data: bytes } : { data: bytes, flag };
    });
    return padding === undefined
      ? { trailer, buffers: sealed }
      : { trailer, buffers: sealed, padding };
  }

  decryptMessage(sealed: SealedMessage, options?: SealOptions): Uint8Array {
    const properties = readSealed(sealed);
    const sealing = checkSealing(options, this.#isDatagram);
    const input = checkSealed(properties);
    this.#expect('complete');
    return this.#work.messages.decrypt(input, sealing)[0] as Uint8Array;
  }

  decryptMessageBuffers(sealed: SealedBuffers, options?: SealOptions): Uint8Array[] {
    const properties = readSealedBuffers(sealed);
    const sealing = checkSealing(options, this.#isDatagram);
    const input = checkSealedBuffers(properties);
    this.#expect('complete');
    return this.#work.messages.decrypt(input, sealing);
  }

  unwrapMessage(wrapped: Uint8Array, options?: SealOptions): Uint8Array {
    const sealing = checkSealing(options, this.#isDatagram);
    const [{ bytes }] = checkMessage('wrapped', wrapped);
    this.#expect('complete');
    return this.#work.messages.unwrap(bytes, sealing);
  }

  close(): void {
    this.#state = 'closed';
    this.#work.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Also closes the provider's context again if close() came during a step, which may have made new keys. */
  #errorOfStep(error: unknown): unknown {
    this.#work.close();
    if (this.#state === 'closed') return invalidHandle(STATES.closed);
    this.#state = 'failed';
    return error;
  }

  #expect(state: keyof typeof STATES): void {
    if (this.#state !== state) throw invalidHandle(STATES[this.#state]);
  }
}
