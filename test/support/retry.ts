import { setTimeout as wait } from 'node:timers/promises';
import { PATIENT } from './patience.js';

/** Repeats until there is a result, and fails if there is none after {@link PATIENT}. */
export async function retry<T>(work: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + PATIENT;
  do {
    const result = await work();
    if (result !== undefined) return result;
    await wait(5);
  } while (performance.now() < end);
  throw new Error('there was no result in all attempts');
}
