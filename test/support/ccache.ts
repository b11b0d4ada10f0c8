import { Writer } from '../../src/bytes/writer.js';
import type { CachedTicket } from '../../src/sspi/kerberos/ccache/cache-file.js';
import type { Principal } from '../../src/sspi/kerberos/messages/principal-name.js';

/** An entry of a credential cache, with what only other programs write. */
export interface WrittenEntry extends Partial<CachedTicket> {
  readonly isSessionKey?: boolean;
  /** How many addresses and elements of authorization data it has. */
  readonly extras?: number;
  readonly secondTicket?: Uint8Array;
}

export interface WrittenCache {
  readonly version?: number;
  readonly header?: Uint8Array;
  readonly principal?: Principal;
  readonly entries?: readonly WrittenEntry[];
}

export const ALICE: Principal = principalOf('alice');
export const SERVICE: Principal = principalOf('HTTP/srv');

/** Names without escapes in the realm R: a service if there is a slash, otherwise a user. */
export function principalOf(name: string, realm = 'R'): Principal {
  const nameString = name.split('/');
  return { realm, name: { nameType: nameString.length > 1 ? 2 : 1, nameString } };
}

/** A ticket of alice for HTTP/srv, with an aes256-sha1 key. */
export const TICKET: CachedTicket = {
  client: ALICE,
  server: SERVICE,
  key: { keytype: 18, keyvalue: new Uint8Array(32).fill(0x11) },
  flags: 0x40e10000,
  authtime: 1_700_000_000,
  starttime: 1_700_000_001,
  endtime: 4_000_000_000,
  renewTill: 4_100_000_000,
  ticket: Uint8Array.of(0x61, 1, 2, 3),
};

/** The credential cache in the format of MIT Kerberos, written apart from the package. */
export function cacheBytes({
  version = 4,
  header = Uint8Array.from([0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]),
  principal = ALICE,
  entries = [],
}: WrittenCache = {}): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(5, version),
    ...(version === 4 ? [uint16(header.length), header] : []),
    ...principalBytes(principal),
    ...entries.map((entry) => entryBytes(entry, version)),
  ]);
}

function entryBytes(entry: WrittenEntry, version: number): Uint8Array {
  const ticket = { ...TICKET, ...entry };
  const { isSessionKey = false, extras = 0, secondTicket = new Uint8Array(0) } = entry;
  const typed = Array.from({ length: extras }, () => [
    uint16(2),
    ...data(Uint8Array.of(1, 2, 3, 4)),
  ]);
  const list = [uint32(extras), ...typed.flat()];
  return Buffer.concat([
    ...principalBytes(ticket.client),
    ...principalBytes(ticket.server),
    uint16(ticket.key.keytype),
    ...(version === 3 ? [uint16(ticket.key.keytype)] : []),
    ...data(ticket.key.keyvalue),
    ...[ticket.authtime, ticket.starttime, ticket.endtime, ticket.renewTill].map(uint32),
    Uint8Array.of(isSessionKey ? 1 : 0),
    uint32(ticket.flags),
    ...list,
    ...list,
    ...data(ticket.ticket),
    ...data(secondTicket),
  ]);
}

function principalBytes({ realm, name }: Principal): Uint8Array[] {
  const texts = [realm, ...name.nameString];
  return [
    uint32(name.nameType),
    uint32(name.nameString.length),
    ...texts.flatMap((text) => data(new TextEncoder().encode(text))),
  ];
}

function data(bytes: Uint8Array): Uint8Array[] {
  return [uint32(bytes.length), bytes];
}

function uint16(value: number): Uint8Array {
  return new Writer(2).uint16(value).finish();
}

function uint32(value: number): Uint8Array {
  return new Writer(4).uint32(value).finish();
}
