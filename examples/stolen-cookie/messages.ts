// What the processes of this example tell each other; everything else goes over TLS.

/** main to server, owner and thief, as the first message: a certificate made for this run. */
export interface Setup {
  certificate: string;
  /** For the server alone. */
  privateKey?: string;
  /** For owner and thief: where the server listens. */
  port?: number;
  /** For the thief: what it has stolen. */
  loot?: Loot;
}

/** All that a thief in the owner's browser, proxy or log could get hold of. */
export interface Loot {
  cookie: string;
  secTokenBinding: string;
}

export type Report =
  | { kind: 'listening'; port: number }
  | { kind: 'owner'; status: number; loot: Loot }
  | { kind: 'thief'; replayed: number; rebound: number }
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

const COLOURS = { server: 36, owner: 32, thief: 31 } as const;

export function tell(who: keyof typeof COLOURS, text: string): void {
  const label = who.padEnd(6);
  const coloured = process.stdout.isTTY ? `\u001b[${COLOURS[who]}m${label}\u001b[0m` : label;
  process.stdout.write(`${coloured} | ${text}\n`);
}
