// What the processes of this example tell each other; everything else goes over TCP.

/** main to server and client, as the first message. */
export interface Setup {
  package: 'NTLM' | 'Negotiate';
  /** Made for this run; the server knows it as that of the account. */
  password: string;
  /** For the client: where the server listens. */
  port?: number;
}

export type Report =
  | { kind: 'listening'; port: number }
  | { kind: 'server'; signed: string; forged: string; user: string }
  | { kind: 'client'; sealed: string; forged: string }
  | { kind: 'failed'; problem: string };

export function report(message: Report): void {
  process.send?.(message);
}

/** Runs a child process of this example: takes its setup, and reports what goes wrong. */
export function onSetup(work: (setup: Setup) => Promise<void> | void): void {
  process.once('message', async (setup: Setup) => {
    try {
      await work(setup);
    } catch (error) {
      report({ kind: 'failed', problem: String(error) });
    }
  });
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
