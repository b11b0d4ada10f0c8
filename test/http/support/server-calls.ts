import type { ServerBench } from './server-bench.js';
import { RawClient } from './server-client.js';

/** A promise that a test resolves. */
export interface Resolvers {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function resolvers(): Resolvers {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Two connections. */
export async function pair(bench: ServerBench): Promise<[RawClient, RawClient] & Disposable> {
  const clients: [RawClient, RawClient] = [
    await RawClient.open(bench.port),
    await RawClient.open(bench.port),
  ];
  const dispose = () => {
    for (const client of clients) client[Symbol.dispose]();
  };
  return Object.assign(clients, { [Symbol.dispose]: dispose });
}

/** Collects the promises that were rejected without a handler, which would end a process. */
export function watchRejections(): Disposable & { readonly seen: readonly unknown[] } {
  const seen: unknown[] = [];
  const note = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', note);
  return { seen, [Symbol.dispose]: () => void process.off('unhandledRejection', note) };
}
