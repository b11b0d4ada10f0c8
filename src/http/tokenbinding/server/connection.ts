import type { TLSSocket } from 'node:tls';
import { hasExtendedMasterSecret } from '../../../tls/extended-master-secret.js';
import { exportKeyingMaterial } from '../../../tokenbinding/exporter.js';
import type { TokenBindingProvider } from '../../../tokenbinding/token-binding-provider.js';
import type { KeyType } from '../../../tokenbinding/types.js';
import { HttpTokenBindingError } from '../error.js';
import type { Tls12Policy } from './options.js';
import { keepBindings, type RequestBindings } from './request-bindings.js';
import { closedConnection, type Transport } from './transport.js';

/** What a verdict depends on, besides the keying material of the connection. */
export interface Claim {
  /** The value of the field Sec-Token-Binding. */
  readonly field: string;
  readonly keyType: KeyType;
  readonly provider: TokenBindingProvider;
  readonly maxTokenBindings: number;
}

interface Verdict extends Claim {
  readonly bindings: RequestBindings;
}

/** The verdicts of one connection that are kept. A client has one; HTTP/2 can have some (RFC 9113 9.1.1). */
const MAX_VERDICTS = 4;
/** Requests of one connection that wait for a verdict: more than streams of HTTP/2 that clients open at once. */
const MAX_WAITING = 1000;

const connections = new WeakMap<object, Connection>();

/**
 * The state of a connection.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_CONNECTION if it has no keying material, or no longer the same
 */
export function connectionOf(transport: Transport): Connection {
  const known = connections.get(transport.identity);
  if (known !== undefined) {
    known.requireSameKeys(transport);
    return known;
  }
  const connection = new Connection(transport);
  connections.set(transport.identity, connection);
  return connection;
}

/** One TLS connection: its keying material, and the messages that are valid for it. */
export class Connection {
  readonly #protocol: string | null;
  readonly #hasExtendedMasterSecret: boolean;
  /** The socket of TLS 1.2, which can be renegotiated. */
  readonly #renegotiable: TLSSocket | undefined;
  /** The exported keying material. It is a secret (RFC 8473 7.2). */
  readonly #ekm: Uint8Array;
  /** The valid ones only, the last used one first. */
  readonly #verdicts: Verdict[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ socket }: Transport) {
    this.#ekm = readKeyingMaterial(socket);
    this.#protocol = socket.getProtocol();
    const isTls13 = this.#protocol === 'TLSv1.3';
    this.#hasExtendedMasterSecret = !isTls13 && hasExtendedMasterSecret(socket);
    this.#renegotiable = isTls13 ? undefined : forbidRenegotiation(socket);
  }

  /** @throws HttpTokenBindingError ERR_HTTP_TB_CONNECTION */
  requireSafe(policy: Tls12Policy): void {
    if (this.#protocol === 'TLSv1.3' || policy === 'accept') return;
    if (policy === 'refuse') {
      throw wrongConnection(`the connection uses ${this.#protocol}, and only TLS 1.3 is accepted`);
    }
    if (!this.#hasExtendedMasterSecret) {
      throw wrongConnection('the connection uses TLS 1.2 without Extended Master Secret');
    }
  }

  /**
   * On TLS 1.3 the keying material never changes (RFC 8446 7.5). On TLS 1.2 a renegotiation changes it, and should have
   * ended the connection.
   *
   * @throws HttpTokenBindingError ERR_HTTP_TB_CONNECTION
   */
  requireSameKeys(transport: Transport): void {
    if (this.#renegotiable === undefined) return;
    if (Buffer.compare(readKeyingMaterial(transport.socket), this.#ekm) === 0) return;
    this.#renegotiable.destroy();
    throw wrongConnection('the TLS connection was renegotiated');
  }

  /** The bindings of a message that was valid for this connection before. */
  find(claim: Claim): RequestBindings | undefined {
    const index = this.#verdicts.findIndex((verdict) => isSameClaim(verdict, claim));
    if (index <= 0) return this.#verdicts[index]?.bindings;
    const [verdict] = this.#verdicts.splice(index, 1) as [Verdict];
    this.#verdicts.unshift(verdict);
    return verdict.bindings;
  }

  /**
   * Verifies a message. A connection has one verification at a time, so that each connection gets as many as any other.
   *
   * @throws HttpTokenBindingError in the promise: ERR_HTTP_TB_BUSY if too many requests wait; it destroys the connection
   */
  verify(
    claim: Claim,
    transport: Transport,
    verify: (ekm: Uint8Array) => Promise<RequestBindings>,
  ): Promise<RequestBindings> {
    if (this.#waiting === MAX_WAITING) return refuseFlood(transport);
    this.#waiting += 1;
    const verdict = this.#turn.then(async () => {
      this.#waiting -= 1;
      const known = this.find(claim);
      if (known !== undefined) return known;
      if (transport.isClosed()) throw closedConnection();
      const bindings = await verify(this.#ekm);
      this.#keep({ ...claim, bindings });
      return bindings;
    });
    this.#turn = verdict.catch(() => {});
    return verdict;
  }

  #keep({ bindings, ...claim }: Verdict): void {
    this.#verdicts.unshift({ ...claim, bindings: keepBindings(bindings) });
    if (this.#verdicts.length > MAX_VERDICTS) this.#verdicts.pop();
  }
}

function isSameClaim(a: Claim, b: Claim): boolean {
  return (
    a.field === b.field &&
    a.keyType === b.keyType &&
    a.provider === b.provider &&
    a.maxTokenBindings === b.maxTokenBindings
  );
}

function readKeyingMaterial(socket: TLSSocket): Uint8Array {
  try {
    // `requireSafe` decides about TLS 1.2.
    return exportKeyingMaterial(socket, { allowTls12: true });
  } catch (cause) {
    throw wrongConnection('the connection has no keying material for Token Binding', cause);
  }
}

/**
 * Ends the connection at a renegotiation (RFC 8473 3). Node only reports it, and data flows on under new keys until the
 * socket is destroyed.
 *
 * @returns the socket itself: `destroy()` of Node's proxy of HTTP/2 ends the session and may leave the socket open
 */
function forbidRenegotiation(socket: TLSSocket): TLSSocket {
  socket.disableRenegotiation();
  const own = socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'ERR_TLS_RENEGOTIATION_DISABLED') own.destroy();
  });
  return own;
}

/** An answer would only wait behind the others: whoever sends so much reads none. */
function refuseFlood({ destroy }: Transport): Promise<never> {
  destroy();
  const problem = `more than ${MAX_WAITING} requests of the connection wait for the verification of a message`;
  return Promise.reject(new HttpTokenBindingError('ERR_HTTP_TB_BUSY', problem));
}

function wrongConnection(problem: string, cause?: unknown): HttpTokenBindingError {
  const details = cause === undefined ? {} : { cause };
  return new HttpTokenBindingError('ERR_HTTP_TB_CONNECTION', problem, details);
}
