import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * A connection with one request at a time, whose answers all have the same length. An HTTP client would cost more than
 * the server.
 */
export class LoadConnection {
  readonly #socket: Socket;
  #request: Buffer = Buffer.alloc(0);
  #length = 0;

  /** @param socket connected, with TLS or without */
  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay();
  }

  /** Sends the first request, which all later ones repeat. */
  async begin(fields = ''): Promise<void> {
    const head = await this.exchange(fields);
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head);
    this.#request = Buffer.from(requestWith(fields));
    this.#length = head.length;
  }

  /** Sends requests one after the other. */
  send(times: number): Promise<void> {
    const [socket, request] = [this.#socket, this.#request];
    return new Promise((resolve) => {
      let left = times * this.#length;
      let due = this.#length;
      const receive = (chunk: Buffer) => {
        left -= chunk.length;
        due -= chunk.length;
        if (left === 0) {
          socket.off('data', receive);
          resolve();
        } else if (due === 0) {
          due = this.#length;
          socket.write(request);
        }
      };
      if (times === 0) return resolve();
      socket.on('data', receive).write(request);
    });
  }

  /** Sends one request. Answers are so short that each arrives at once. */
  async exchange(fields: string): Promise<string> {
    this.#socket.write(requestWith(fields));
    const [answer] = await once(this.#socket, 'data');
    return String(answer);
  }
}

/** Sends requests on all connections, each with its share of them. */
export async function sendOn(connections: readonly LoadConnection[], times: number): Promise<void> {
  // The first connections send one request more if the number of requests is no multiple of theirs.
  const share = (index: number) => Math.ceil((times - index) / connections.length);
  await Promise.all(connections.map((one, index) => one.send(Math.max(0, share(index)))));
}

function requestWith(fields: string): string {
  return `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}\r\n`;
}
