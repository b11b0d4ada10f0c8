import { checkBytes, checkOneOf } from '../bytes/check.js';
import {
  checkBuffers,
  checkMessage,
  checkPadding,
  checkSequence,
  checkToken,
} from './arguments.js';
import { invalidHandle } from './failure.js';
import type { ProviderContext } from './provider.js';
import type {
  ContextAttributes,
  DataBuffer,
  DecryptOptions,
  MessageOptions,
  SealedBuffers,
  SealedMessage,
  SecurityContext,
  Step,
} from './security-context.js';

const ATTRIBUTES: readonly (keyof ContextAttributes)[] = [
  'sizes',
  'names',
  'negotiationInfo',
  'sessionKey',
  'keyInfo',
  'packageInfo',
  'flags',
];

/** What each call that cannot be made now says. */
const STATES = {
  incomplete: 'this context is not complete yet',
  stepping: 'another step of this context is under way',
  complete: 'this context is complete',
  failed: 'the handshake of this context failed',
  closed: 'this context is closed',
} as const;

/** Checks the arguments and the order of the calls, then leaves the work to a provider. */
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
      // The provider may keep its own, which the MIC and mechListMIC are over.
      return { token: new Uint8Array(answer), done };
    } catch (error) {
      this.#fail();
      throw error;
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
    return this.#work.sign(buffers, sequence);
  }

  makeSignatureBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): Uint8Array {
    const sequence = checkSequence(options, this.#isDatagram);
    const checked = checkBuffers(buffers);
    this.#expect('complete');
    return this.#work.sign(checked, sequence);
  }

  verifySignature(message: Uint8Array, signature: Uint8Array, options?: MessageOptions): void {
    const sequence = checkSequence(options, this.#isDatagram);
    const buffers = checkMessage('message', message);
    const bytes = checkBytes('signature', signature);
    this.#expect('complete');
    this.#work.verify(buffers, bytes, sequence);
  }

  verifySignatureBuffers(
    buffers: readonly DataBuffer[],
    signature: Uint8Array,
    options?: MessageOptions,
  ): void {
    const sequence = checkSequence(options, this.#isDatagram);
    const checked = checkBuffers(buffers);
    const bytes = checkBytes('signature', signature);
    this.#expect('complete');
    this.#work.verify(checked, bytes, sequence);
  }

  encryptMessage(message: Uint8Array, options?: MessageOptions): SealedMessage {
    const sequence = checkSequence(options, this.#isDatagram);
    const buffers = checkMessage('message', message);
    this.#expect('complete');
    const { data, ...parts } = this.#work.encrypt(buffers, sequence);
    return { ...parts, data: data[0] as Uint8Array };
  }

  encryptMessageBuffers(buffers: readonly DataBuffer[], options?: MessageOptions): SealedBuffers {
    const sequence = checkSequence(options, this.#isDatagram);
    const checked = checkBuffers(buffers);
    this.#expect('complete');
    return this.#work.encrypt(checked, sequence);
  }

  decryptMessage(data: Uint8Array, trailer: Uint8Array, options?: DecryptOptions): Uint8Array {
    const sequence = checkSequence(options, this.#isDatagram);
    const padding = checkPadding(options);
    const buffers = checkMessage('data', data);
    const bytes = checkBytes('trailer', trailer);
    this.#expect('complete');
    return this.#work.decrypt(buffers, { trailer: bytes, padding }, sequence)[0] as Uint8Array;
  }

  decryptMessageBuffers(
    buffers: readonly DataBuffer[],
    trailer: Uint8Array,
    options?: DecryptOptions,
  ): Uint8Array[] {
    const sequence = checkSequence(options, this.#isDatagram);
    const padding = checkPadding(options);
    const checked = checkBuffers(buffers);
    const bytes = checkBytes('trailer', trailer);
    this.#expect('complete');
    return this.#work.decrypt(checked, { trailer: bytes, padding }, sequence);
  }

  unwrapMessage(wrapped: Uint8Array, options?: MessageOptions): Uint8Array {
    const sequence = checkSequence(options, this.#isDatagram);
    const [{ bytes }] = checkMessage('wrapped', wrapped);
    this.#expect('complete');
    return this.#work.unwrap(bytes, sequence);
  }

  close(): void {
    this.#state = 'closed';
    this.#work.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** After close() too: what a step under way has made since then goes as well. */
  #fail(): void {
    if (this.#state !== 'closed') this.#state = 'failed';
    this.#work.close();
  }

  #expect(state: keyof typeof STATES): void {
    if (this.#state !== state) throw invalidHandle(STATES[this.#state]);
  }
}
