import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { type Program, startProgram } from '../peers/program.js';

/**
 * Something on Linux behind a port of 127.0.0.1, for node.exe, which starts no programs of Linux and takes
 * no pipes of theirs.
 */
export class Bridge {
  readonly #server: net.Server;

  private constructor(serve: (socket: Socket) => void) {
    this.#server = net.createServer((socket) => {
      // node.exe goes when its tests are done.
      socket.on('error', () => {});
      serve(socket);
    });
  }

  static async open(serve: (socket: Socket) => void): Promise<Bridge> {
    const bridge = new Bridge(serve);
    bridge.#server.listen(0, '127.0.0.1');
    await once(bridge.#server, 'listening');
    return bridge;
  }

  /** A program of test/peers, one process for each connection. */
  static toProgram(program: Program, folder: string): Promise<Bridge> {
    return Bridge.open((socket) => {
      const child = startProgram(program, folder);
      child.stderr.pipe(process.stderr);
      child.stdin.on('error', () => {});
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
  }
}
