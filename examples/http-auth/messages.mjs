// What the server tells main.mjs, and what it tells the server. Everything else goes over TLS.

/**
 * From main to the server, as the first message.
 *
 * @typedef {object} Setup
 * @property {string} certificate the server's certificate, made for this run
 * @property {string} privateKey
 * @property {string} password of the account EXAMPLE\alice
 */

/** Sends a message to main. */
export function report(message) {
  process.send?.(message);
}

/** Prints a line. */
export function tell(who, text) {
  process.stdout.write(`${who.padEnd(6)} | ${text}\n`);
}
