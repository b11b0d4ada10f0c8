import type { Socket } from 'node:net';

// The part of undici that this layer uses. Its versions 6, 7 and 8 and the one in Node have it.

/** The dispatcher of the option `dispatcher` of `fetch`, as the types of Node have it. */
export type FetchDispatcher = RequestInit extends { dispatcher?: infer D } ? NonNullable<D> : never;

/** The class Agent of undici. */
export type UndiciAgentClass<D> = new (options: UndiciAgentOptions) => D;

export interface UndiciAgentOptions {
  readonly connect: (options: UndiciConnectOptions, callback: UndiciConnectCallback) => void;
  readonly connections?: number;
  readonly pipelining: number;
  readonly allowH2: boolean;
}

export interface UndiciConnectOptions {
  /** An IPv6 address has no brackets. */
  readonly hostname: string;
  readonly protocol: string;
  /** Empty for the default port. */
  readonly port: string;
  readonly servername?: string | null;
  readonly localAddress?: string | null;
}

export type UndiciConnectCallback = (...result: [null, Socket] | [Error, null]) => void;

export interface UndiciDispatcher {
  dispatch: UndiciDispatch;
  /** The same dispatcher behind an interceptor. */
  compose(interceptor: (dispatch: UndiciDispatch) => UndiciDispatch): UndiciDispatcher;
  /** Waits for the requests, and closes the connections. */
  close(): Promise<void>;
}

/** Handlers have another shape in each version: they are only passed on. */
export type UndiciDispatch = (options: UndiciRequest, handler: object) => boolean;

export interface UndiciRequest {
  readonly origin?: string | URL;
  readonly path: string;
  readonly headers?: UndiciHeaders | null;
  /** Whether the connection is closed after the answer. */
  readonly reset?: boolean | null;
}

/** Names and values in turn, pairs, or an object. */
export type UndiciHeaders =
  | readonly string[]
  | Iterable<readonly [string, HeaderValue]>
  | Readonly<Record<string, HeaderValue>>;

type HeaderValue = string | readonly string[] | undefined;

/**
 * The class Agent of the undici that `fetch` uses.
 *
 * @throws Error if the global dispatcher was replaced by one of another class: Node has no other way to that class
 */
export function fetchAgentClass(): UndiciAgentClass<FetchDispatcher> {
  // Node loads its undici, and makes the global dispatcher, at the first use of a class of fetch.
  void globalThis.Headers;
  const major = Number.parseInt(process.versions['undici'] ?? '', 10);
  // Version 8 calls handlers in another way, and has the dispatchers for that under another symbol.
  const symbol = Symbol.for(`undici.globalDispatcher.${major >= 8 ? 2 : 1}`);
  const dispatcher = (globalThis as { [key: symbol]: object | undefined })[symbol];
  if (dispatcher?.constructor.name !== 'Agent') {
    throw new Error('the global dispatcher of fetch was replaced: pass the class Agent of undici');
  }
  return dispatcher.constructor as UndiciAgentClass<FetchDispatcher>;
}

/** A copy of header fields as names and values in turn, with others in place of those that have the same name. */
export function replaceHeaders(
  headers: UndiciHeaders | null | undefined,
  fields: Readonly<Record<string, string>>,
): string[] {
  const names = Object.keys(fields).map((name) => name.toLowerCase());
  const others = pairsOf(headers ?? []).filter(([name]) => !names.includes(name.toLowerCase()));
  // Not deeper: a value may be a list.
  return [...others, ...Object.entries(fields)].flat(1) as string[];
}

function pairsOf(headers: UndiciHeaders): (readonly [string, HeaderValue])[] {
  if (!(Symbol.iterator in headers)) return Object.entries(headers);
  const items: unknown[] = Array.from<unknown>(headers);
  if (typeof items[0] !== 'string') return items as (readonly [string, HeaderValue])[];
  const names = items.filter((_, index) => index % 2 === 0) as string[];
  return names.map((name, index) => [name, items[2 * index + 1] as HeaderValue]);
}
