import { BlockList, isIP } from 'node:net';
import { outOfRange } from '../../bytes/check.js';

/** What is used of a socket. */
interface Peer {
  readonly remoteAddress?: string | undefined;
}

const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');

/**
 * A function that tells whether the peer of a socket has one of the addresses. A link-local address needs its zone, as in
 * `fe80::1%eth0`: on another link another host can have it (RFC 4007 6).
 *
 * @param nameOf the name of the option that an address is in
 * @throws RangeError for a text that is no address
 */
export function matchAddress(
  addresses: readonly string[],
  nameOf: (index: number) => string,
): (socket: Peer) => boolean {
  /** The addresses of each zone; those without a zone are in ''. */
  const zones = new Map<string, BlockList>();
  for (const [index, text] of addresses.entries()) {
    const parsed = parseAddress(text);
    if (parsed === undefined) throw outOfRange(nameOf(index), wantedFor(text));
    const list = zones.get(parsed.zone) ?? new BlockList();
    list.addAddress(parsed.address, parsed.family);
    zones.set(parsed.zone, list);
  }
  return ({ remoteAddress = '' }) => {
    const peer = parseAddress(remoteAddress);
    return peer !== undefined && zones.get(peer.zone)?.check(peer.address, peer.family) === true;
  };
}

function wantedFor(text: string): string {
  const [address = ''] = text.split('%');
  if (isIP(address) === 0) return 'an IP address, not a range or a name';
  return 'a link-local address with its zone, or another address without one';
}

interface Address {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** '' unless the address is link-local. */
  readonly zone: string;
}

function parseAddress(text: string): Address | undefined {
  const [address = '', ...rest] = text.split('%');
  const zone = rest.join('%');
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const isLinkLocal = family === 'ipv6' && LINK_LOCAL.check(address, family);
  if (isLinkLocal !== (zone !== '') || (rest.length > 0 && zone === '')) return undefined;
  return { address, family, zone };
}
