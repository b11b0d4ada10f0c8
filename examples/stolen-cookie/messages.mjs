// What the three processes tell main.mjs, and what it tells them. Everything else goes over TLS.

/**
 * From main to each process, as the first message.
 *
 * @typedef {object} Setup
 * @property {string} certificate the server's certificate, made for this run
 * @property {string} [privateKey] for the server only
 * @property {number} [port] for the owner and the thief: where the server listens
 * @property {Loot} [loot] for the thief only
 *
 * Everything a thief could copy from the owner's browser, proxy or log.
 *
 * @typedef {{ cookie: string, secTokenBinding: string }} Loot
 */

/** Sends a message to main. */
export function report(message) {
  process.send?.(message);
}

/**
 * Runs a child process of main.mjs: waits for its setup, and reports an error.
 *
 * @param {(setup: Setup) => unknown} work
 */
export function onSetup(work) {
  if (process.send === undefined) {
    console.error('this program needs main.mjs: run node main.mjs');
    process.exitCode = 1;
    return;
  }
  process.once('message', async (/** @type {Setup} */ setup) => {
    try {
      await work(setup);
    } catch (error) {
      report({ kind: 'failed', problem: String(error) });
    }
  });
}

const COLOURS = { server: 36, owner: 32, thief: 31 };

/** Prints a line. */
export function tell(who, text) {
  const label = who.padEnd(6);
  const coloured = process.stdout.isTTY ? `\u001b[${COLOURS[who]}m${label}\u001b[0m` : label;
  process.stdout.write(`${coloured} | ${text}\n`);
}
