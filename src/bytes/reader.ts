import { TokenBindingError } from '../errors.js';

const EMPTY = new Uint8Array(0);

/** One leaf of a parsed structure, as it lies in the input. */
export interface Field {
  path: string;
  offset: number;
  length: number;
  value: number | Uint8Array;
}

/**
 * A cursor over TLS presentation language (RFC 8446 3) that cannot read past its bounds and does
 * not ignore a tail. Every failure is ERR_TB_MALFORMED with the path and the offset of the field.
 *
 * Views it returns share the input's memory.
 */
export class Reader {
  private readonly bytes: Uint8Array;
  private readonly onField: ((field: Field) => void) | undefined;
  private readonly path: (string | number)[];
  private end: number;
  private skimming = false;
  offset = 0;

  /** @param path the path of what `bytes` hold; numbers are indices */
  constructor(bytes: Uint8Array, path: (string | number)[] = [], onField?: (field: Field) => void) {
    this.bytes = bytes;
    this.path = path;
    this.onField = onField;
    this.end = bytes.length;
  }

  uint8(name: string): number {
    const start = this.advance(name, 1);
    const value = this.bytes[start] as number;
    this.onField?.({ path: this.pathOf(name), offset: start, length: 1, value });
    return value;
  }

  uint16(name: string): number {
    const start = this.advance(name, 2);
    const value = this.uint16At(start);
    this.onField?.({ path: this.pathOf(name), offset: start, length: 2, value });
    return value;
  }

  /** All bytes up to the end of the enclosing structure. */
  rest(name: string): Uint8Array {
    return this.take(name, this.end - this.offset);
  }

  /** `opaque name<minimum..255>` */
  opaque8(name: string, minimum: number): Uint8Array {
    return this.take(name, this.lengthPrefix(name, 1, minimum));
  }

  /** `opaque name<minimum..65535>` */
  opaque16(name: string, minimum: number): Uint8Array {
    return this.take(name, this.lengthPrefix(name, 2, minimum));
  }

  /** `Item name<minimum..65535>`: reads items until the vector is used up, and returns its bytes. */
  list16(name: string, minimum: number, readItem: (reader: this) => void): Uint8Array {
    const length = this.lengthPrefix(name, 2, minimum);
    const start = this.offset;
    const outer = this.narrow(name, length);
    this.items(name, readItem);
    this.end = outer;
    return this.view(start, this.offset);
  }

  /** Items up to the end of the enclosing structure. */
  items(name: string, readItem: (reader: this) => void): void {
    this.path.push(name, 0);
    for (let index = 0; this.offset < this.end; index++) {
      this.path[this.path.length - 1] = index;
      readItem(this);
    }
    this.path.pop();
    this.path.pop();
  }

  /** A structure of exactly `length` bytes that names its fields below `name`. */
  sized<T>(name: string, length: number, read: (reader: this) => T): T {
    const outer = this.narrow(name, length);
    const value = read(this);
    this.finish(name);
    this.end = outer;
    return value;
  }

  /** Fields named below `name`; no bytes of its own. */
  group<T>(name: string, read: (reader: this) => T): T {
    this.path.push(name);
    const value = read(this);
    this.path.pop();
    return value;
  }

  /** Reads for the checks alone: what `read` is given of byte strings is empty. */
  skim(read: (reader: this) => void): void {
    const outer = this.skimming;
    this.skimming = true;
    read(this);
    this.skimming = outer;
  }

  /** Every byte from `start` up to the cursor. */
  since(start: number): Uint8Array {
    return this.view(start, this.offset);
  }

  /** Refuses bytes left over in the structure `name`. */
  finish(name: string): void {
    const left = this.end - this.offset;
    if (left > 0) {
      this.fail(name, this.offset, `${count(left)} left over after the end of the structure`);
    }
  }

  fail(name: string, offset: number, problem: string): never {
    const path = this.pathOf(name);
    const message = `${path}: ${problem} (at offset ${offset})`;
    throw new TokenBindingError('ERR_TB_MALFORMED', message, { path, offset });
  }

  private take(name: string, length: number): Uint8Array {
    const start = this.advance(name, length);
    const value = this.view(start, this.offset);
    this.onField?.({ path: this.pathOf(name), offset: start, length, value });
    return value;
  }

  private view(start: number, end: number): Uint8Array {
    if (start === end || (this.skimming && this.onField === undefined)) return EMPTY;
    return this.bytes.subarray(start, end);
  }

  private lengthPrefix(name: string, size: 1 | 2, minimum: number): number {
    const start = this.advance(name, size);
    const length = size === 1 ? (this.bytes[start] as number) : this.uint16At(start);
    if (length < minimum) {
      this.fail(name, start, `has length ${length}, the least is ${minimum}`);
    }
    return length;
  }

  private uint16At(offset: number): number {
    return ((this.bytes[offset] as number) << 8) | (this.bytes[offset + 1] as number);
  }

  private advance(name: string, length: number): number {
    const start = this.offset;
    if (length > this.end - start) {
      this.fail(name, start, `needs ${count(length)}, ${this.end - start} left`);
    }
    this.offset = start + length;
    return start;
  }

  private narrow(name: string, length: number): number {
    const outer = this.end;
    if (length > outer - this.offset) {
      this.fail(name, this.offset, `needs ${count(length)}, ${outer - this.offset} left`);
    }
    this.end = this.offset + length;
    return outer;
  }

  private pathOf(name: string): string {
    let path = '';
    for (const part of [...this.path, name]) {
      if (typeof part === 'number') path += `[${part}]`;
      else if (part !== '') path += path === '' ? part : `.${part}`;
    }
    return path;
  }
}
function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
