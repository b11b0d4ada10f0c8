// The framing of Windows' socket samples: the length of a message in 4 bytes, little-endian, then the
// message.
import type { Socket } from 'node:net';

/** More than any message here has: what claims more is no message of this program's. */
const MAX_LENGTH = 65_535;

export class Frames {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #received: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  send(message: Uint8Array): void {
    this.#socket.write(withLength(message));
  }

  async receive(): Promise<Uint8Array> {
    const length = (await this.#take(4)).readUInt32LE();
    if (length > MAX_LENGTH) throw new Error(`a message of ${length} bytes`);
    return this.#take(length);
  }

  /** A sealed message is one message: the length of the trailer, the trailer, the encrypted data. */
  sendSealed({ trailer, data }: { trailer: Uint8Array; data: Uint8Array }): void {
    this.send(Buffer.concat([withLength(trailer), data]));
  }

  async receiveSealed(): Promise<{ trailer: Uint8Array; data: Uint8Array }> {
    const message = Buffer.from(await this.receive());
    if (message.length < 4) throw new Error('a sealed message without a trailer');
    const end = 4 + message.readUInt32LE();
    if (end > message.length) throw new Error('a trailer longer than its message');
    return { trailer: message.subarray(4, end), data: message.subarray(end) };
  }

  close(): void {
    this.#socket.end();
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error('the connection ended within a message');
      this.#received = Buffer.concat([this.#received, value]);
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }
}

function withLength(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(message.length);
  return Buffer.concat([length, message]);
}
