import type { UndiciRequest } from './undici.js';

/** What {@link isRepeatable} looks at: undici gives its own requests the same properties. */
export type RepeatableParts = Pick<UndiciRequest, 'method' | 'upgrade' | 'body'>;

/** The longest body in bytes that is sent again. */
const MAX_BODY = 1_048_576;

/** Whether a request can be sent again: it keeps its protocol, and its body is in memory and not long. */
export function isRepeatable({ method, upgrade, body }: RepeatableParts): boolean {
  if (method === 'CONNECT' || upgrade) return false;
  if (body === undefined || body === null) return true;
  if (typeof body === 'string') return Buffer.byteLength(body) <= MAX_BODY;
  const isBytes = ArrayBuffer.isView(body) || body instanceof ArrayBuffer;
  return isBytes && body.byteLength <= MAX_BODY;
}

type Call = (...args: unknown[]) => unknown;
type Handler = Record<string, Call | undefined>;

/** The calls of undici to a handler, in its versions 6, 7 and 8. */
const CALLS = [
  'onConnect',
  'onRequestStart',
  'onBodySent',
  'onRequestSent',
  'onResponseStarted',
  'onUpgrade',
  'onRequestUpgrade',
  'onHeaders',
  'onResponseStart',
  'onData',
  'onResponseData',
  'onComplete',
  'onResponseEnd',
  'onError',
  'onResponseError',
] as const;

/**
 * The handler of a request that may be sent again: it hides from the handler of the application that the connection of
 * the first answer ends.
 *
 * @param takeRepeat tells, at the head of an answer, whether its request is sent again
 * @param repeat sends it again. False: it cannot, and the handler of the application gets the error
 */
export function repeatingHandler(
  handler: object,
  takeRepeat: () => boolean,
  repeat: () => boolean,
): object {
  const given = handler as Handler;
  const own: Handler = {};
  for (const name of CALLS) {
    if (given[name] !== undefined) own[name] = (...args) => given[name]?.(...args);
  }
  let isRepeated = false;
  // undici 8 calls only the second form, undici 6 only the first one, and undici 7 the second one if there is one.
  own['onHeaders'] = (...args) => {
    isRepeated = takeRepeat();
    return isRepeated ? false : given['onHeaders']?.(...args);
  };
  own['onError'] = (...args) => (isRepeated && repeat()) || given['onError']?.(...args);
  own['onResponseStart'] = (...args) => {
    isRepeated = takeRepeat();
    const [controller] = args as [{ pause(): void }];
    return isRepeated ? controller.pause() : given['onResponseStart']?.(...args);
  };
  own['onResponseError'] = (...args) =>
    (isRepeated && repeat()) || given['onResponseError']?.(...args);
  return own;
}
