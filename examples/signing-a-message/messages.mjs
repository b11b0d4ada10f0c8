// What the two processes tell main.mjs, and what it tells them. Everything else goes over TCP.
import { once } from 'node:events';

/**
 * From main to each process, as the first message; without main, from the command line.
 *
 * @typedef {object} Setup
 * @property {string} package NTLM or Negotiate
 * @property {number} port where the server listens; 0 is any free port
 * @property {string} password of the account EXAMPLE\alice
 */

/** Sends a message to main. */
export function report(message) {
  process.send?.(message);
}

export function fail(error) {
  report({ kind: 'failed', problem: String(error) });
  if (process.send === undefined) throw error;
}

/**
 * Runs a program of this example: waits for its setup, and reports an error.
 *
 * @param {(setup: Setup) => unknown} work
 */
export async function onSetup(work) {
  const setup = process.send === undefined ? readCommandLine() : await receiveSetup();
  try {
    await work(setup);
  } catch (error) {
    fail(error);
  }
}

async function receiveSetup() {
  process.once('disconnect', () => process.exit());
  const [setup] = await once(process, 'message');
  return setup;
}

/** `node client.mjs <package> <port> <password>` */
function readCommandLine() {
  const [, program, name, port, password] = process.argv;
  if (name === undefined || password === undefined) {
    console.error(`usage: node ${program} <package> <port> <password>`);
    process.exit(1);
  }
  return { package: name, port: Number(port), password };
}

const COLOURS = { server: 36, client: 32 };

/** Prints a line. */
export function tell(who, text) {
  const coloured = process.stdout.isTTY ? `\u001b[${COLOURS[who]}m${who}\u001b[0m` : who;
  process.stdout.write(`${coloured} | ${text}\n`);
}

/** A copy with one bit changed. */
export function tamper(bytes) {
  const copy = new Uint8Array(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

/** `accepted`, or the code of the error that `work` throws. */
export function verdictOf(work) {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return error.code ?? String(error);
  }
}
