import { isIPv6 } from 'node:net';

/** Counts the handshakes that are not complete, of the server and of each address. */
export class HandshakeSlots {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #byNetwork = new Map<string, number>();
  #taken = 0;

  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  /**
   * @param address as Node tells it. Empty if it is unknown, as on a Unix socket: then only the number of all counts
   * @returns a function that frees the slot, to be called once; undefined if no slot is free
   */
  take(address: string): (() => void) | undefined {
    const network = networkOf(address);
    const ofNetwork = this.#byNetwork.get(network) ?? 0;
    const isFull = network !== '' && ofNetwork >= this.#mostPerAddress;
    if (this.#taken >= this.#most || isFull) return undefined;
    this.#taken += 1;
    this.#byNetwork.set(network, ofNetwork + 1);
    return () => this.#free(network);
  }

  #free(network: string): void {
    this.#taken -= 1;
    const left = (this.#byNetwork.get(network) ?? 0) - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
  }
}

/** The groups of 16 bits in an address of IPv6, and in its network (RFC 4291 2.5.4). */
const GROUPS = 8;
const NETWORK_GROUPS = 4;
const MAPPED = '::ffff:';

/** An address of IPv4, or the first 64 bits of one of IPv6: one client has all the addresses with them. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const isDotted = address.includes('.');
  // A server of both versions tells addresses of IPv4 so (RFC 4291 2.5.5.2).
  if (isDotted && address.startsWith(MAPPED)) return address.slice(MAPPED.length);
  const [bare = ''] = address.split('%');
  const [head = [], tail = []] = bare.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Math.max(0, GROUPS - head.length - tail.length - (isDotted ? 1 : 0));
  return [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, NETWORK_GROUPS).join(':');
}
