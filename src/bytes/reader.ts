/** Stands for bytes that nobody looks at; never handed out. */
const EMPTY = new Uint8Array(0);

/** One leaf of a parsed structure, as it lies in the input. */
export interface Field {
  path: string;
  offset: number;
  length: number;
  value: number | Uint8Array;
}

/** Which errors the failures of a reader are. */
export interface Faults {
  /** The error for a field; the message begins with its path. */
  malformed(path: string, offset: number, message: string): Error;
  /**
   * The error for a field in the structure `prefix`: a field's own name is known where it fails, and the
   * path to it grows on the way out. Other errors are as they were.
   */
  below(prefix: string, error: unknown): unknown;
}

/**
 * A cursor over bytes that cannot read past its bounds and does not ignore a tail: TLS presentation
 * language (RFC 8446 3), and little-endian numbers. Which error a failure is, `faults` say; it has the
 * path and the offset of the field.
 *
 * Views it returns share the input's memory. Functions it is given are called with the reader and the
 * argument that came with them, which spares a closure for every structure.
 */
export class Reader {
  private readonly bytes: Uint8Array;
  private readonly faults: Faults;
  private readonly onField: ((field: Field) => void) | undefined;
  /** The path so far; kept only for `onField`. */
  private prefix = '';
  private end: number;
  private skimming = false;
  offset = 0;

  constructor(bytes: Uint8Array, faults: Faults, onField?: (field: Field) => void) {
    this.bytes = bytes;
    this.faults = faults;
    this.onField = onField;
    this.end = bytes.length;
  }

  /** Bytes up to the end of the enclosing structure. */
  get left(): number {
    return this.end - this.offset;
  }

  /** The next byte; undefined at the end of the enclosing structure. */
  peek(): number | undefined {
    return this.left > 0 ? this.bytes[this.offset] : undefined;
  }

  uint8(name: string): number {
    const start = this.advance(name, 1);
    const value = this.bytes[start] as number;
    this.onField?.({ path: joined(this.prefix, name), offset: start, length: 1, value });
    return value;
  }

  uint16(name: string): number {
    const start = this.advance(name, 2);
    const value = this.uint16At(start);
    this.onField?.({ path: joined(this.prefix, name), offset: start, length: 2, value });
    return value;
  }

  uint16le(name: string): number {
    const start = this.advance(name, 2);
    const value = this.uint16leAt(start);
    this.onField?.({ path: joined(this.prefix, name), offset: start, length: 2, value });
    return value;
  }

  uint32le(name: string): number {
    const start = this.advance(name, 4);
    const value = this.uint16leAt(start) + this.uint16leAt(start + 2) * 0x10000;
    this.onField?.({ path: joined(this.prefix, name), offset: start, length: 4, value });
    return value;
  }

  /** `opaque name[length]` */
  opaque(name: string, length: number): Uint8Array {
    return this.take(name, length);
  }

  /**
   * A structure elsewhere, by its offset from the start of the input; the cursor comes back from there.
   * `read` answers for bytes it leaves over.
   *
   * @param field where the field is that points at it
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

  /** All bytes up to the end of the enclosing structure. */
  rest(name: string): Uint8Array {
    return this.take(name, this.left);
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
  list16<A>(
    name: string,
    minimum: number,
    readItem: (reader: this, argument: A) => void,
    argument?: A,
  ): Uint8Array {
    const length = this.lengthPrefix(name, 2, minimum);
    const start = this.offset;
    const outer = this.narrow(name, length);
    this.items(name, readItem, argument);
    this.end = outer;
    return this.view(start, this.offset);
  }

  /** Items up to the end of the enclosing structure. */
  items<A>(name: string, readItem: (reader: this, argument: A) => void, argument?: A): void {
    const outer = this.prefix;
    let index = 0;
    try {
      for (; this.offset < this.end; index++) {
        if (this.onField !== undefined) this.prefix = joined(outer, `${name}[${index}]`);
        readItem(this, argument as A);
      }
    } catch (error) {
      throw this.faults.below(`${name}[${index}]`, error);
    }
    this.prefix = outer;
  }

  /** A structure of exactly `length` bytes; `name` is where the length stands. */
  sized<A, T>(
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

  /** Fields named below `name`; no bytes of its own. */
  group<T>(name: string, read: (reader: this) => T): T {
    const outer = this.prefix;
    if (this.onField !== undefined) this.prefix = joined(outer, name);
    let value: T;
    try {
      value = read(this);
    } catch (error) {
      throw this.faults.below(name, error);
    }
    this.prefix = outer;
    return value;
  }

  /** Reads for the checks alone: what `read` is given of byte strings is empty. */
  skim<A>(read: (reader: this, argument: A) => void, argument?: A): void {
    const outer = this.skimming;
    this.skimming = true;
    read(this, argument as A);
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

  /** Refuses the field at `path`. */
  fail(path: string, offset: number, problem: string): never {
    throw this.faults.malformed(path, offset, `${path}: ${problem} (at offset ${offset})`);
  }

  private take(name: string, length: number): Uint8Array {
    const start = this.advance(name, length);
    const value = this.view(start, this.offset);
    this.onField?.({ path: joined(this.prefix, name), offset: start, length, value });
    return value;
  }

  private view(start: number, end: number): Uint8Array {
    if (this.skimming && this.onField === undefined) return EMPTY;
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

/**
 * The path, or the message that begins with it, of a field in a structure. A fault of the structure
 * itself has no name of its own, so that its message begins with the colon.
 */
export function joined(prefix: string, name: string): string {
  if (prefix === '') return name;
  return name === '' || name.startsWith(':') ? prefix + name : `${prefix}.${name}`;
}

function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
