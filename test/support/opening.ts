import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const file = new URL('./opening-process.js', import.meta.url);

/** The providers that a new worker opens. */
export function openedInWorker(libraryPath?: string): Promise<unknown> {
  return answerOf(new Worker(file, { workerData: libraryPath }));
}

/** The providers that a process forked from this one opens. */
export function openedInFork(libraryPath?: string): Promise<unknown> {
  return answerOf(fork(file, libraryPath === undefined ? [] : [libraryPath]));
}

/** The report, after an exit with 0. */
async function answerOf(started: Worker | ChildProcess): Promise<unknown> {
  const answers: unknown[] = [];
  started.on('message', (answer) => answers.push(answer));
  const [status] = await once(started, 'exit');
  if (status !== 0) throw new Error(`the process ended with ${status}`);
  return answers[0];
}
