import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { type Program, startProgram } from '../peers/program.js';

/**
 * Makes a program on Linux available to node.exe by a port of 127.0.0.1. Under Wine node.exe can neither start programs
 * of Linux nor use their pipes.
 */
export class Bridge {
  readonly #server: net.Server;

  private constructor(serve: (socket: Socket) => void) {
    this.#server = net.createServer((socket) => {
      // node.exe may end with open connections.
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
