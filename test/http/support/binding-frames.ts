import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4];
const [END_STREAM, END_HEADERS] = [1, 4];

/** A client of HTTP/2 that writes its own frames (RFC 9113 6), for what that of Node never sends. */
export class FrameClient implements Disposable {
  readonly #socket: TLSSocket;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('error', () => {}).resume();
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    this.#write(SETTINGS, 0, 0, Buffer.alloc(0));
  }

  static async open(port: number): Promise<FrameClient> {
    const to = { port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const socket = connect(to);
    await once(socket, 'secureConnect');
    return new FrameClient(socket);
  }

  headers(stream: number, fields: Readonly<Record<string, string>>, isEnd = false): void {
    const all = Object.entries({ ':scheme': 'https', ':authority': 'localhost', ...fields });
    const block = Buffer.concat(
      // Literal fields that are not indexed (RFC 7541 6.2.2).
      all.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]),
    );
    this.#write(HEADERS, END_HEADERS | (isEnd ? END_STREAM : 0), stream, block);
  }

  data(stream: number, content: string, isEnd = false): void {
    this.#write(DATA, isEnd ? END_STREAM : 0, stream, Buffer.from(content));
  }

  reset(stream: number, code: number): void {
    this.#write(RST_STREAM, 0, stream, Buffer.from([0, 0, 0, code]));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #write(type: number, flags: number, stream: number, payload: Buffer): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.set([type, flags], 3);
    head.writeUInt32BE(stream, 5);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

/** A text of fewer than 127 bytes. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}
