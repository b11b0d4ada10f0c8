import { joinPath, type ReaderErrors } from './reader-errors.js';

/** Takes the place of byte strings inside {@link Reader.withoutViews}. */
const EMPTY = new Uint8Array(0);

/** One field of a parsed structure: its path, its place in the input in bytes, and its value. */
export interface Field {
  path: string;
  offset: number;
  length: number;
  value: number | Uint8Array;
}

/**
 * Reads TLS presentation language (RFC 8446 3) and little-endian numbers. It never reads past the end of the
 * input or of the enclosing structure, and it rejects bytes left over. `errors` makes the errors, each with the
 * path and the offset of its field.
 *
 * The views it returns share the memory of the input. A callback gets the reader and the `argument` that was
 * passed with it, which saves a closure for each structure.
 */
export class Reader {
  private readonly bytes: Uint8Array;
  private readonly errors: ReaderErrors;
  private readonly onField: ((field: Field) => void) | undefined;
  /** The path of the enclosing structures; kept only for `onField`. */
  private prefix = '';
  private end: number;
  private skipsViews = false;
  offset = 0;

  constructor(bytes: Uint8Array, errors: ReaderErrors, onField?: (field: Field) => void) {
    this.bytes = bytes;
    this.errors = errors;
    this.onField = onField;
    this.end = bytes.length;
  }

  /** How many bytes are left in the enclosing structure. */
  get remaining(): number {
    return this.end - this.offset;
  }

  /** A byte at or after the cursor, without reading it; undefined past the end of the enclosing structure. */
  peek(distance = 0): number | undefined {
    return this.remaining > distance ? this.bytes[this.offset + distance] : undefined;
  }

  uint8(name: string): number {
    const start = this.advance(name, 1);
    const value = this.bytes[start] as number;
    this.onField?.({ path: joinPath(this.prefix, name), offset: start, length: 1, value });
    return value;
  }

  uint16(name: string): number {
    const start = this.advance(name, 2);
    const value = this.uint16At(start);
    this.onField?.({ path: joinPath(this.prefix, name), offset: start, length: 2, value });
    return value;
  }

  uint16le(name: string): number {
    const start = this.advance(name, 2);
    const value = this.uint16leAt(start);
    this.onField?.({ path: joinPath(this.prefix, name), offset: start, length: 2, value });
    return value;
  }

  uint32le(name: string): number {
    const start = this.advance(name, 4);
    const value = this.uint16leAt(start) + this.uint16leAt(start + 2) * 0x10000;
    this.onField?.({ path: joinPath(this.prefix, name), offset: start, length: 4, value });
    return value;
  }

  uint32(name: string): number {
    const start = this.advance(name, 4);
    const value = this.uint16At(start) * 0x10000 + this.uint16At(start + 2);
    this.onField?.({ path: joinPath(this.prefix, name), offset: start, length: 4, value });
    return value;
  }

  /** `opaque name[length]` */
  opaque(name: string, length: number): Uint8Array {
    return this.take(name, length);
  }

  /**
   * Reads a structure at another offset of the input, then returns to the current one. Bytes that `read` leaves
   * over are not an error here.
   *
   * @param field offset of the field that points at the structure
   * @param offset of the structure, from the start of the input
   */
  at<A, T>(
    name: string,
    field: number,
    offset: number,
    length: number,
    read: (reader: this, argument: A) => T,
    argument?: A,
  ): T {
    const [cursor, end] = [this.offset, this.end];
    if (offset + length > this.bytes.length) {
      const where = `lies at ${offset} to ${offset + length}`;
      this.fail(name, field, `${where}, of ${count(this.bytes.length)}`);
    }
    this.offset = offset;
    this.end = offset + length;
    const value = read(this, argument as A);
    this.offset = cursor;
    this.end = end;
    return value;
  }

  /** Every byte up to the end of the enclosing structure. */
  rest(name: string): Uint8Array {
    return this.take(name, this.remaining);
  }

  /** Passes over every byte up to the end of the enclosing structure, and makes no view of them. */
  skipRest(name: string): void {
    const length = this.remaining;
    const start = this.advance(name, length);
    if (this.onField === undefined) return;
    const value = this.view(start, this.offset);
    this.onField({ path: joinPath(this.prefix, name), offset: start, length, value });
  }

  /** `opaque name<minimum..255>` */
  opaque8(name: string, minimum: number): Uint8Array {
    return this.take(name, this.lengthPrefix(name, 1, minimum));
  }

  /** `opaque name<minimum..65535>` */
  opaque16(name: string, minimum: number): Uint8Array {
    return this.take(name, this.lengthPrefix(name, 2, minimum));
  }

  /** `Item name<minimum..65535>`: reads items to the end of the vector. */
  list16<A>(
    name: string,
    minimum: number,
    readItem: (reader: this, argument: A) => void,
    argument?: A,
  ): void {
    const length = this.lengthPrefix(name, 2, minimum);
    const outer = this.narrow(name, length);
    this.items(name, readItem, argument);
    this.end = outer;
  }

  /** Reads items up to the end of the enclosing structure. */
  items<A>(name: string, readItem: (reader: this, argument: A) => void, argument?: A): void {
    const outer = this.prefix;
    let index = 0;
    try {
      for (; this.offset < this.end; index++) {
        if (this.onField !== undefined) this.prefix = joinPath(outer, `${name}[${index}]`);
        readItem(this, argument as A);
      }
    } catch (error) {
      throw this.errors.withPrefix(`${name}[${index}]`, error);
    }
    this.prefix = outer;
  }

  /** A structure of exactly `length` bytes; `name` is the field with the length, for the error. */
  structure<A, T>(
    name: string,
    length: number,
    read: (reader: this, argument: A) => T,
    argument?: A,
  ): T {
    const outer = this.narrow(name, length);
    const value = read(this, argument as A);
    this.finish(name);
    this.end = outer;
    return value;
  }

  /** Puts `name` before the path of each field that `read` reads. */
  group<A, T>(name: string, read: (reader: this, argument: A) => T, argument?: A): T {
    const outer = this.prefix;
    if (this.onField !== undefined) this.prefix = joinPath(outer, name);
    let value: T;
    try {
      value = read(this, argument as A);
    } catch (error) {
      throw this.errors.withPrefix(name, error);
    }
    this.prefix = outer;
    return value;
  }

  /** Checks a structure without making views: every byte string that `read` gets is empty. */
  withoutViews<A>(read: (reader: this, argument: A) => void, argument?: A): void {
    const outer = this.skipsViews;
    this.skipsViews = true;
    read(this, argument as A);
    this.skipsViews = outer;
  }

  /** Every byte from `start` up to the cursor. */
  since(start: number): Uint8Array {
    return this.view(start, this.offset);
  }

  /** Rejects bytes left over in the structure `name`. */
  finish(name: string): void {
    const left = this.end - this.offset;
    if (left > 0) {
      this.fail(name, this.offset, `${count(left)} left over after the end of the structure`);
    }
  }

  /** Rejects the field at `path`. */
  fail(path: string, offset: number, problem: string): never {
    throw this.errors.malformed(path, offset, `${path}: ${problem} (at offset ${offset})`);
  }

  private take(name: string, length: number): Uint8Array {
    const start = this.advance(name, length);
    const value = this.view(start, this.offset);
    this.onField?.({ path: joinPath(this.prefix, name), offset: start, length, value });
    return value;
  }

  private view(start: number, end: number): Uint8Array {
    if (this.skipsViews && this.onField === undefined) return EMPTY;
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

  private uint16leAt(offset: number): number {
    return ((this.bytes[offset + 1] as number) << 8) | (this.bytes[offset] as number);
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
}

function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
