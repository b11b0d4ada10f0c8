// What the processes of this example tell each other; everything else goes over TCP.
import { once } from 'node:events';

/** main to server and client, as the first message; alone they take it from the command line. */
export interface Setup {
  package: 'NTLM' | 'Negotiate';
  /** Where the server listens; 0 is any. */
  port: number;
  /** Made for this run; the server knows it as that of the account. */
  password: string;
}

export type Report =
  | { kind: 'listening'; port: number }
  | { kind: 'server'; signed: string; forged: string; user: string }
  | { kind: 'client'; sealed: string; forged: string }
  | { kind: 'failed'; problem: string };

export function report(message: Report): void {
  process.send?.(message);
}

export function fail(error: unknown): void {
  report({ kind: 'failed', problem: String(error) });
  if (process.send === undefined) throw error;
}

/** Runs a program of this example: takes its setup, and reports what goes wrong. */
export async function onSetup(work: (setup: Setup) => Promise<void> | void): Promise<void> {
  const setup = process.send === undefined ? commandLine() : await firstMessage();
  try {
    await work(setup);
  } catch (error) {
    fail(error);
  }
}

async function firstMessage(): Promise<Setup> {
  process.once('disconnect', () => process.exit());
  const [setup] = await once(process, 'message');
  return setup;
}

/** `node client.js <package> <port> <password>` */
function commandLine(): Setup {
  const [, , name, port, password] = process.argv;
  if (password === undefined) throw new Error('after the program: a package, a port, a password');
  return { package: name as Setup['package'], port: Number(port), password };
}

const COLOURS = { server: 36, client: 32 } as const;

export function tell(who: keyof typeof COLOURS, text: string): void {
  const coloured = process.stdout.isTTY ? `\u001b[${COLOURS[who]}m${who}\u001b[0m` : who;
  process.stdout.write(`${coloured} | ${text}\n`);
}

/** Somebody on the way has changed one bit. */
export function tampered(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

/** The code of what `work` throws, or `accepted`. */
export function verdict(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
