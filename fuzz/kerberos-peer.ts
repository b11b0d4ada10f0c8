import type { ProtocolKey } from '../src/sspi/kerberos/crypto/protocol-key.js';
import type { ServiceTicket } from '../src/sspi/kerberos/initiator.js';
import { encodeAuthenticator } from '../src/sspi/kerberos/messages/ap-request.js';
import {
  encodeAuthenticatorChecksum,
  GSS_CHECKSUM_TYPE,
} from '../src/sspi/kerberos/messages/authenticator-checksum.js';
import { encodeAuthorizationData } from '../src/sspi/kerberos/messages/authorization-data.js';
import { decodeTicket } from '../src/sspi/kerberos/messages/ticket.js';
import type { ServiceKey } from '../src/sspi/kerberos/service-keys.js';
import { ETYPE_NUMBERS, etypeOf } from '../test/support/kerberos.js';
import { CLIENT, issueTicket, newServiceKey, REALM } from '../test/support/kerberos-ticket.js';

/** A service and a client with a ticket for it, whose keys the fuzzer knows. */
export interface Peer {
  readonly etype: number;
  readonly key: ServiceKey;
  readonly issued: ServiceTicket;
  readonly sessionKey: ProtocolKey;
  /** The plaintext of the ticket. */
  readonly ticketPart: Uint8Array;
  /** Plaintexts of authenticators. */
  readonly authenticators: readonly Uint8Array[];
}

/** In seconds. Runs are longer than the difference of clocks that a service accepts. */
export const SKEW = 1_000_000_000;

export const USER_NAME: string = `alice@${REALM}`;

/** One for each encryption type. */
export const PEERS: readonly Peer[] = ETYPE_NUMBERS.map((etype) => {
  const key = newServiceKey(etype);
  const pac = encodeAuthorizationData([{ adType: 128, adData: new Uint8Array(50) }]);
  const part = { authorizationData: [{ adType: 1, adData: pac }], caddr: [] };
  const issued = issueTicket(key, { part });
  const ticketPart = key.key.decrypt(2, decodeTicket(issued.ticket).encPart.cipher);
  const { sessionKey } = issued;
  return { etype, key, issued, sessionKey, ticketPart, authenticators: makeAuthenticators(etype) };
});

/** Authenticators with all fields and with the fewest. */
function makeAuthenticators(etype: number): Uint8Array[] {
  const checksumOf = (flags: number) => ({
    cksumtype: GSS_CHECKSUM_TYPE,
    checksum: encodeAuthenticatorChecksum(new Uint8Array(16), flags),
  });
  const time = { ctime: Math.floor(Date.now() / 1000), cusec: 1 };
  const options = encodeAuthorizationData([{ adType: 143, adData: Uint8Array.of(0, 0x40, 0, 0) }]);
  const client = { crealm: REALM, cname: CLIENT, ...time };
  return [
    encodeAuthenticator({ ...client, cksum: checksumOf(0x3e), seqNumber: 1 }),
    encodeAuthenticator({
      ...client,
      cksum: checksumOf(0x3c),
      subkey: { keytype: etype, keyvalue: new Uint8Array(etypeOf(etype).keyLength).fill(7) },
      seqNumber: 2 ** 32 - 1,
      authorizationData: [{ adType: 1, adData: options }],
    }),
  ];
}
