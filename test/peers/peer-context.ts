import type { Sealed, Side } from './side.js';

/** The fields of a request or an answer. Bytes are hexadecimal. */
export type Fields = Readonly<Record<string, unknown>>;

type Call = (call: string, fields?: Record<string, string>) => Promise<Fields>;

/** A security context in the process of a peer. */
export class PeerContext implements Side {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async step(token: Uint8Array): Promise<{ token: Uint8Array; done: boolean }> {
    const answer = await this.#call('step', { token: hex(token) });
    return { token: bytes(answer, 'token'), done: answer['done'] === true };
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    return bytes(await this.#call('sign', { message: hex(message) }), 'signature');
  }

  async verify(message: Uint8Array, signature: Uint8Array): Promise<void> {
    await this.#call('verify', { message: hex(message), signature: hex(signature) });
  }

  async seal(message: Uint8Array): Promise<Sealed> {
    const answer = await this.#call('seal', { message: hex(message) });
    return { trailer: bytes(answer, 'trailer'), data: bytes(answer, 'data') };
  }

  async unseal({ trailer, data }: Sealed): Promise<Uint8Array> {
    const answer = await this.#call('unseal', { trailer: hex(trailer), data: hex(data) });
    return bytes(answer, 'message');
  }

  /** GSS_Wrap without conf_req_flag: Kerberos signs such a message; gss-ntlmssp encrypts it anyway. */
  async sealWithoutEncryption(message: Uint8Array): Promise<Sealed> {
    const answer = await this.#call('seal_without_encryption', { message: hex(message) });
    return { trailer: bytes(answer, 'trailer'), data: bytes(answer, 'data') };
  }

  /** Kerberos only: the counterpart of {@link sealWithoutEncryption}. */
  async unsealWithoutEncryption({ trailer, data }: Sealed): Promise<Uint8Array> {
    const fields = { trailer: hex(trailer), data: hex(data) };
    return bytes(await this.#call('unseal_without_encryption', fields), 'message');
  }

  /** Kerberos only: the name of the client. */
  async initiator(): Promise<string> {
    return String((await this.#call('initiator_name'))['name']);
  }

  async sessionKey(): Promise<Uint8Array> {
    return bytes(await this.#call('session_key'), 'key');
  }
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

function bytes(answer: Fields, name: string): Uint8Array {
  const value = answer[name];
  if (typeof value !== 'string') throw new Error(`the peer's answer has no ${name}`);
  return Buffer.from(value, 'hex');
}
