import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * A file that gets its name once it is complete. Until then its name is `<file>.<16 random hex digits>.partial`,
 * so that nobody can put a file or a link there beforehand.
 */
export class PartialFile {
  readonly #file: string;
  readonly #partial: string;
  readonly #descriptor: number;
  #isOpen = true;

  /** @throws Error of the file system, as every method does */
  constructor(file: string) {
    this.#file = file;
    this.#partial = `${file}.${randomBytes(8).toString('hex')}.partial`;
    this.#descriptor = openSync(this.#partial, 'wx');
  }

  write(text: string): void {
    writeFileSync(this.#descriptor, text);
  }

  finish(): void {
    this.#close();
    renameSync(this.#partial, this.#file);
  }

  /** Deletes the partial file. After finish() it does nothing. */
  discard(): void {
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}
