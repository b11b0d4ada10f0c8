/** How a handler starts: with `onRequestStart` in undici 8, with `onConnect` in undici 6 and 7. */
interface StartHandler {
  onRequestStart?(controller: StartController, context: null): void;
  onConnect?(abort: (reason?: unknown) => void): void;
}

interface StartController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: unknown;
  abort(reason?: unknown): void;
  pause(): void;
  resume(): void;
}

/**
 * Starts the handler of a request that has no connection yet, so that the application can abort it. undici starts the
 * handler again when the connection is there, as it does after a redirect.
 *
 * @param stop aborted when the application aborts the request
 */
export function startEarly(handler: StartHandler, stop: AbortController): void {
  // A reason of null is not an error that undici could read.
  const abort = (reason?: unknown) => stop.abort(reason ?? undefined);
  if (handler.onRequestStart === undefined) {
    handler.onConnect?.(abort);
    return;
  }
  const controller: StartController = {
    get aborted() {
      return stop.signal.aborted;
    },
    get reason() {
      return stop.signal.reason;
    },
    // There is no answer yet.
    paused: false,
    abort,
    pause() {},
    resume() {},
  };
  handler.onRequestStart(controller, null);
}
