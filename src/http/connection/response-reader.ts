import { trimSpaces } from '../../bytes/trim-spaces.js';

/** The head of an answer, and whether the connection can be used for another request. */
export interface Answer {
  readonly status: number;
  /** The values of each field by its name in lower case, in order. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** False if the other side closes the connection, or if the body is longer than the limit. */
  readonly canContinue: boolean;
}

/** An answer is malformed, or the connection closes before its end. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly problem: 'malformed' | 'closed';
  /** The status of the answer, if it came. */
  readonly status: number | undefined;

  constructor(problem: 'malformed' | 'closed', message: string, status?: number) {
    super(message);
    this.problem = problem;
    this.status = status;
  }
}

/** The longest head of an answer in bytes, with the heads of the informational answers before it. */
export const MAX_HEAD = 131_072;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)$/;
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/;

type State = 'status' | 'field' | 'body' | 'chunk-size' | 'chunk-end' | 'trailer' | 'complete';

/**
 * Reads one answer of HTTP/1.1 (RFC 9112) and drops its body. It takes the bytes in any pieces, in linear time. It
 * rejects what RFC 9112 lets a recipient repair: obsolete line folding, bare CR and LF, several lengths.
 */
export class ResponseReader {
  readonly #method: string;
  readonly #maxBody: number;
  #state: State = 'status';
  /** The pieces of the current line. */
  #line: Buffer[] = [];
  /** Bytes of the head, then bytes of the body with its framing. */
  #size = 0;
  /** Bytes left of the body, or of the current chunk. */
  #left = 0;
  #isPersistent = false;
  #status: number | undefined;
  #fields = new Map<string, string[]>();
  #answer: Answer | undefined;

  /** @param maxBody the longest body in bytes that is read to its end */
  constructor(method: string, maxBody: number) {
    this.#method = method;
    this.#maxBody = maxBody;
  }

  /** The answer, once it is complete. */
  get answer(): Answer | undefined {
    return this.#answer;
  }

  /** The status of the answer, once its first line is there. */
  get status(): number | undefined {
    return this.#status;
  }

  /** @throws ExchangeError if the answer is malformed or has bytes after its end */
  push(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && this.#answer?.canContinue !== false) {
      if (this.#state === 'complete') throw this.#malformed('bytes follow the answer');
      rest = this.#state === 'body' ? this.#dropBody(rest) : this.#takeLine(rest);
    }
  }

  #takeLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf(0x0a);
    const piece = end === -1 ? bytes : bytes.subarray(0, end + 1);
    if (!this.#count(piece.length)) return bytes;
    this.#line.push(piece);
    if (end !== -1) this.#readLine(Buffer.concat(this.#line.splice(0)).toString('latin1'));
    return bytes.subarray(piece.length);
  }

  #dropBody(bytes: Buffer): Buffer {
    const length = Math.min(bytes.length, this.#left);
    if (!this.#count(length)) return bytes;
    this.#left -= length;
    if (this.#left === 0 && this.#isChunked) this.#state = 'chunk-end';
    else if (this.#left === 0) this.#complete(true);
    return bytes.subarray(length);
  }

  /** Counts bytes against the limit. Returns false if the answer ends here because its body is too long. */
  #count(length: number): boolean {
    this.#size += length;
    if (this.#state === 'status' || this.#state === 'field') {
      if (this.#size > MAX_HEAD) throw this.#malformed(`its head has more than ${MAX_HEAD} bytes`);
      return true;
    }
    if (this.#size > this.#maxBody) this.#complete(false);
    return this.#size <= this.#maxBody;
  }

  #readLine(line: string): void {
    if (!line.endsWith('\r\n')) throw this.#malformed('a line does not end with CR and LF');
    const text = line.slice(0, -2);
    if (this.#state === 'status') this.#readStatus(text);
    else if (this.#state === 'field') this.#readField(text);
    else if (this.#state === 'chunk-size') this.#readChunkSize(text);
    else if (this.#state === 'chunk-end') this.#endChunk(text);
    else if (text === '') this.#complete(true);
    else this.#splitField(text);
  }

  #readStatus(line: string): void {
    const [, minor, status] = STATUS_LINE.exec(line) ?? [];
    if (status === undefined) throw this.#malformed('it has no status line of HTTP/1.1');
    this.#status = Number(status);
    this.#isPersistent = minor === '1';
    this.#fields = new Map();
    this.#state = 'field';
  }

  #readField(line: string): void {
    if (line === '') {
      this.#endHead();
      return;
    }
    const [name, value] = this.#splitField(line);
    const values = this.#fields.get(name);
    if (values === undefined) this.#fields.set(name, [value]);
    else values.push(value);
  }

  #splitField(line: string): [name: string, value: string] {
    const [, name, value] = FIELD_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw this.#malformed('a field is invalid');
    return [name.toLowerCase(), trimSpaces(value)];
  }

  #endHead(): void {
    const status = this.#status as number;
    if (status === 101) throw this.#malformed('it switches to another protocol');
    if (status < 200) {
      this.#state = 'status';
      return;
    }
    this.#size = 0;
    const isTunnel = this.#method === 'CONNECT' && status < 300;
    // A tunnel has no body whatever its fields say (RFC 9110 9.3.6).
    const length = isTunnel ? 0 : this.#readLength();
    const hasBody = !isTunnel && this.#method !== 'HEAD' && status !== 204 && status !== 304;
    if (!this.#staysOpen(isTunnel)) this.#complete(false);
    else if (!hasBody || length === 0) this.#complete(true);
    else if (this.#isChunked) this.#state = 'chunk-size';
    else if (length === undefined || length > this.#maxBody) this.#complete(false);
    else {
      this.#left = length;
      this.#state = 'body';
    }
  }

  get #isChunked(): boolean {
    return this.#fields.has('transfer-encoding');
  }

  #staysOpen(isTunnel: boolean): boolean {
    const options = (this.#fields.get('connection') ?? []).join(',').toLowerCase().split(',');
    const closes = options.some((option) => trimSpaces(option) === 'close');
    // "close" of a tunnel is about what comes after it.
    return isTunnel || (this.#isPersistent && !closes);
  }

  /** The length of the body in bytes; undefined if the field is absent (RFC 9112 6.3). */
  #readLength(): number | undefined {
    const encodings = this.#fields.get('transfer-encoding');
    const lengths = this.#fields.get('content-length');
    if (encodings !== undefined) {
      const isKnown = encodings.length === 1 && encodings[0]?.toLowerCase() === 'chunked';
      if (!isKnown) throw this.#malformed('its Transfer-Encoding is not chunked');
      if (!this.#isPersistent) throw this.#malformed('HTTP/1.0 has no Transfer-Encoding');
      if (lengths !== undefined) throw this.#malformed('it has two lengths');
    }
    if (lengths === undefined) return undefined;
    if (lengths.length > 1) throw this.#malformed('it has two lengths');
    const [length = ''] = lengths;
    if (!/^\d{1,15}$/.test(length)) throw this.#malformed('its Content-Length is invalid');
    return Number(length);
  }

  #readChunkSize(line: string): void {
    const [, size] = CHUNK_SIZE.exec(line) ?? [];
    if (size === undefined) throw this.#malformed('the length of a chunk is invalid');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'body';
  }

  #endChunk(line: string): void {
    if (line !== '') throw this.#malformed('a chunk is longer than its length');
    this.#state = 'chunk-size';
  }

  #complete(canContinue: boolean): void {
    this.#state = 'complete';
    this.#answer = { status: this.#status as number, fields: this.#fields, canContinue };
  }

  #malformed(problem: string): ExchangeError {
    return new ExchangeError('malformed', `the answer is malformed: ${problem}`, this.#status);
  }
}
