import { copyResult } from '../../../bytes/result-bytes.js';
import type { BindingResult } from '../../../tokenbinding/results.js';
import { HttpTokenBindingError } from '../error.js';

/** The Token Bindings that a request has proven for its connection (RFC 8473 2). */
export interface RequestBindings {
  /** The key that the client uses with this server. Bound tokens must name its `identifier`. */
  readonly provided: BindingResult;
  /** The key that the client uses with a token consumer (RFC 8473 5). Undefined if the client sent none. */
  readonly referred: BindingResult | undefined;
  /** Verified bindings of other types, which an application has specified (RFC 8473 6). */
  readonly others: readonly BindingResult[];
  /**
   * Bindings of unregistered key parameters, whose signature nobody checked. They prove nothing: never bind a token to
   * one, and never forward one as verified.
   */
  readonly unevaluated: readonly BindingResult[];
}

declare module 'node:http' {
  interface IncomingMessage {
    /** The verified Token Bindings, set by `tokenBinding()` of `tokenbinding/http`. */
    tokenBinding?: RequestBindings | undefined;
  }
}

declare module 'node:http2' {
  interface Http2ServerRequest {
    /** The verified Token Bindings, set by `tokenBinding()` of `tokenbinding/http`. */
    tokenBinding?: RequestBindings | undefined;
  }
}

/**
 * Counts the bindings of each type (RFC 8473 2), verified or not.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_BINDINGS unless exactly one is provided and at most one is referred
 */
export function requireTypes(bindings: readonly Pick<BindingResult, 'bindingType'>[]): void {
  const count = (wanted: BindingResult['bindingType']) =>
    bindings.filter(({ bindingType }) => bindingType === wanted).length;
  const provided = count('provided');
  if (provided !== 1) {
    const found = provided === 0 ? 'none' : `${provided}`;
    throw wrongBindings(`exactly one provided binding is required: the message has ${found}`);
  }
  const referred = count('referred');
  if (referred <= 1) return;
  throw wrongBindings(`at most one referred binding is allowed: the message has ${referred}`);
}

/**
 * Sorts the results of a message by their type.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_BINDINGS as {@link requireTypes}
 */
export function sortBindings(results: readonly BindingResult[]): RequestBindings {
  requireTypes(results);
  const find = (wanted: BindingResult['bindingType']) =>
    results.find(({ bindingType }) => bindingType === wanted);
  const [provided, referred] = [find('provided') as BindingResult, find('referred')];
  // A provided binding always has the negotiated key type, so no provider leaves it unevaluated.
  if (!isVerified(provided)) throw wrongBindings('the provided binding is not verified');
  return {
    provided,
    referred: referred !== undefined && isVerified(referred) ? referred : undefined,
    others: results.filter((result) => isVerified(result) && isOther(result)),
    unevaluated: results.filter((result) => !isVerified(result)),
  };
}

/** A copy for one request: what the request does with it does not change the kept one. */
export function copyBindings(bindings: RequestBindings): RequestBindings {
  return copyWith(copyResult, bindings);
}

/** A copy to keep, in memory that no result shares: whoever has a result can write to all of its `buffer`. */
export function keepBindings(bindings: RequestBindings): RequestBindings {
  return copyWith((bytes) => Uint8Array.from(bytes), bindings);
}

type Copy = (bytes: Uint8Array) => Uint8Array;

function copyWith(copy: Copy, bindings: RequestBindings): RequestBindings {
  const { provided, referred, others, unevaluated } = bindings;
  return Object.freeze({
    provided: copyBinding(copy, provided),
    referred: referred === undefined ? undefined : copyBinding(copy, referred),
    others: copyAll(copy, others),
    unevaluated: copyAll(copy, unevaluated),
  });
}

const NONE: readonly BindingResult[] = Object.freeze([]);

function copyAll(copy: Copy, results: readonly BindingResult[]): readonly BindingResult[] {
  if (results.length === 0) return NONE;
  return Object.freeze(results.map((result) => copyBinding(copy, result)));
}

function copyBinding(copy: Copy, result: BindingResult): BindingResult {
  // A spread would take longer, in each request.
  const { bindingType, keyType, status } = result;
  const identifier = copy(result.identifier);
  const extensionData = copy(result.extensionData);
  return Object.freeze({ bindingType, keyType, identifier, extensionData, status });
}

function isVerified({ status }: BindingResult): boolean {
  return status === 'verified';
}

function isOther({ bindingType }: BindingResult): boolean {
  return bindingType !== 'provided' && bindingType !== 'referred';
}

function wrongBindings(problem: string): HttpTokenBindingError {
  return new HttpTokenBindingError('ERR_HTTP_TB_BINDINGS', problem);
}
