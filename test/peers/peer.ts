import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lines } from './lines.js';
import { PeerCalls } from './peer-calls.js';
import { type Program, startProgram } from './program.js';

/** Another implementation, in a process of its own. */
export class Peer extends PeerCalls {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #lines: Lines;

  constructor(program: Program) {
    const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-peer-'));
    const child = startProgram(program, folder);
    const lines = new Lines(child.stdout, child.stdin);
    super(lines);
    this.#folder = folder;
    this.#child = child;
    this.#lines = lines;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('close', (code, signal) => {
      lines.end(new Error(`${program} ended with ${signal ?? code}: ${stderr}`));
    });
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    if (!this.#lines.hasEnded) await once(this.#child, 'close');
    rmSync(this.#folder, { recursive: true });
  }
}
