/** Writes TLS presentation language (RFC 8446 3) and little-endian numbers into a buffer of a fixed size. */
export class Writer {
  private readonly bytes: Uint8Array;
  private offset = 0;

  /** @param target the number of bytes to write, or the array to write to */
  constructor(target: number | Uint8Array) {
    this.bytes = typeof target === 'number' ? new Uint8Array(target) : target;
  }

  uint8(value: number): this {
    this.bytes[this.offset++] = value;
    return this;
  }

  uint16(value: number): this {
    return this.uint8(value >>> 8).uint8(value & 0xff);
  }

  uint16le(value: number): this {
    return this.uint8(value & 0xff).uint8(value >>> 8);
  }

  uint32(value: number): this {
    return this.uint16(value >>> 16).uint16(value & 0xffff);
  }

  uint32le(value: number): this {
    return this.uint16le(value & 0xffff).uint16le(value >>> 16);
  }

  raw(value: Uint8Array): this {
    this.bytes.set(value, this.offset);
    this.offset += value.length;
    return this;
  }

  /** `opaque value<..255>` */
  opaque8(value: Uint8Array): this {
    return this.uint8(value.length).raw(value);
  }

  /** `opaque value<..65535>` */
  opaque16(value: Uint8Array): this {
    return this.uint16(value.length).raw(value);
  }

  /** @throws Error unless exactly `size` bytes have been written */
  finish(): Uint8Array {
    if (this.offset !== this.bytes.length)
      throw new Error('the structure does not have the size given to its Writer');
    return this.bytes;
  }
}
