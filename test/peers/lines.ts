import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Fields } from './peer-context.js';

/** The peer rejected a call, with the message of its library. Every other failure is another Error. */
export class PeerRefusal extends Error {}

interface Answer {
  readonly result?: Fields;
  readonly refusal?: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Calls of a peer: each request and each answer is a line of JSON. */
export class Lines {
  readonly #output: Writable;
  readonly #waiting: Waiting[] = [];
  #ending: Error | undefined;

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    createInterface(input).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line));
    });
    // A write to a peer that has ended fails. The reason comes with its end.
    output.on('error', () => {});
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** Rejects all pending and future calls. */
  end(ending: Error): void {
    this.#ending = ending;
    for (const { reject } of this.#waiting.splice(0)) reject(ending);
  }

  async call(request: Fields): Promise<Fields> {
    if (this.#ending !== undefined) throw this.#ending;
    const { result, refusal } = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#output.write(`${JSON.stringify(request)}\n`);
    });
    if (result === undefined) throw new PeerRefusal(refusal);
    return result;
  }
}
