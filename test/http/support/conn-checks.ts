import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** Waits until a condition holds: as long as the test runs. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Fails if the socket has listeners beyond those that a new socket of its class has. */
export function listenersOf(socket: Socket): Record<string, number> {
  return Object.fromEntries(
    socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]),
  );
}

/** The code of the error that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: unknown }).code ?? (error as Error).name;
  }
  return assert.fail('it did not fail');
}
