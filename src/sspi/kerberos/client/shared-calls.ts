import { invalidHandle } from '../../failure.js';

interface Call<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** Calls that take time. Those with one name at one time share one result. */
export class SharedCalls<T> {
  readonly #calls = new Map<string, Call<T>>();

  /**
   * Waits for the call with a name, and starts it if none is under way. It is aborted when nobody waits for it any
   * more.
   *
   * @param signal ends the waiting
   * @throws SspiError SEC_E_INVALID_HANDLE after the signal
   */
  async run(
    name: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal.aborted) throw closedError();
    const call = this.#calls.get(name) ?? this.#start(name, start);
    call.waiting++;
    try {
      return await untilAborted(call.result, signal);
    } finally {
      call.waiting--;
      if (call.waiting === 0) {
        call.controller.abort(closedError());
        if (this.#calls.get(name) === call) this.#calls.delete(name);
      }
    }
  }

  /** Aborts all calls. */
  close(): void {
    for (const { controller } of this.#calls.values()) controller.abort(closedError());
  }

  #start(name: string, start: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController();
    const call = { result: start(controller.signal), controller, waiting: 0 };
    this.#calls.set(name, call);
    return call;
  }
}

/** The result, or an error as soon as the signal comes. */
async function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(closedError());
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function closedError(): Error {
  return invalidHandle('the credentials or the context are closed');
}
