import { once } from 'node:events';
import net from 'node:net';
import { Lines } from '../../peers/lines.js';
import { PeerCalls } from '../../peers/peer-calls.js';

/** An implementation on Linux, behind a port of 127.0.0.1: one process for each connection. */
export class RemotePeer extends PeerCalls {
  readonly #socket: net.Socket;

  /** @param variable the environment variable with the port */
  static async connect(variable: string): Promise<RemotePeer> {
    const port = process.env[variable];
    if (port === undefined) throw new Error(`${variable} is not set`);
    const socket = net.connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    return new RemotePeer(socket);
  }

  private constructor(socket: net.Socket) {
    const lines = new Lines(socket, socket);
    super(lines);
    this.#socket = socket;
    socket.once('close', () => lines.end(new Error('the peer has closed the connection')));
  }

  stop(): void {
    this.#socket.destroy();
  }
}
