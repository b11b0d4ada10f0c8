import type { Tamper } from '../support/sspi.js';

/** A sealed message: the signature, 16 bytes with NTLM, and the ciphertext, as long as the plaintext. */
export interface Sealed {
  readonly trailer: Uint8Array;
  readonly data: Uint8Array;
}

/** One side of a security context, ours or that of a peer. */
export interface Side {
  /** Takes the token of the other side, empty at the start, and returns the answer, empty if there is none. */
  step(token: Uint8Array): Promise<{ token: Uint8Array; done: boolean }>;
  sign(message: Uint8Array): Promise<Uint8Array>;
  verify(message: Uint8Array, signature: Uint8Array): Promise<void>;
  seal(message: Uint8Array): Promise<Sealed>;
  unseal(sealed: Sealed): Promise<Uint8Array>;
  sessionKey(): Promise<Uint8Array>;
}

export interface Pair {
  readonly client: Side;
  readonly server: Side;
}

const MAX_TOKENS = 8;

/** Passes tokens between the sides until both are done, and returns the tokens. */
export async function establish(
  { client, server }: Pair,
  tamper: Tamper = (token) => token,
): Promise<Uint8Array[]> {
  const sent: Uint8Array[] = [];
  const done = [false, false];
  let token: Uint8Array = new Uint8Array();
  for (let number = 0; number < MAX_TOKENS; number++) {
    const answer = await (number % 2 === 0 ? client : server).step(token);
    done[number % 2] = answer.done;
    if (answer.token.length === 0) break;
    sent.push(answer.token);
    token = tamper(answer.token, number);
  }
  if (done.includes(false)) throw new Error(`not done after ${sent.length} tokens`);
  return sent;
}

/** A context established between two sides. */
export async function connect(
  client: Promise<Side>,
  server: Promise<Side>,
  tamper?: Tamper,
): Promise<Pair> {
  const pair = { client: await client, server: await server };
  await establish(pair, tamper);
  return pair;
}
