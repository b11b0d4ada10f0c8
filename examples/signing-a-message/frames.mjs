// Framing as in Windows' socket samples: the length in 4 bytes, little-endian, then the message.

/** No message of this example is longer. */
const MAX_LENGTH = 65_535;

export class Frames {
  #socket;
  #chunks;
  #received = Buffer.alloc(0);

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  send(message) {
    this.#socket.write(withLength(message));
  }

  /** @returns {Promise<Buffer>} */
  async receive() {
    const length = (await this.#take(4)).readUInt32LE();
    if (length > MAX_LENGTH) throw new Error(`a message of ${length} bytes is too long`);
    return this.#take(length);
  }

  /**
   * Sends a sealed message as one frame: the length of the trailer, the trailer, the encrypted data.
   * NTLM has no padding.
   *
   * @param {import('tokenbinding/sspi').SealedMessage} sealed
   */
  sendSealed({ trailer, data }) {
    this.send(Buffer.concat([withLength(trailer), data]));
  }

  async receiveSealed() {
    const message = await this.receive();
    if (message.length < 4) throw new Error('a sealed message without a trailer');
    const end = 4 + message.readUInt32LE();
    if (end > message.length) throw new Error('a trailer longer than its message');
    return { trailer: message.subarray(4, end), data: message.subarray(end) };
  }

  close() {
    this.#socket.end();
  }

  async #take(length) {
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

function withLength(message) {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(message.length);
  return Buffer.concat([length, message]);
}
