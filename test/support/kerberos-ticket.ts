import { issueTicket as issue } from '../../src/conformance/sspi/kerberos/issue-ticket.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import type { ServiceTicket } from '../../src/sspi/kerberos/initiator.js';
import type { EncryptionKey } from '../../src/sspi/kerberos/messages/encrypted-data.js';
import type { Principal, PrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import type { EncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import { etypeOf } from './kerberos.js';

export const REALM = 'EXAMPLE.TEST';
export const SERVICE: PrincipalName = { nameType: 2, nameString: ['HTTP', 'www.example.test'] };
export const CLIENT: PrincipalName = { nameType: 1, nameString: ['alice'] };
const KVNO = 3;

/** A key of the service. */
export function newServiceKey(etype: number, kvno: number = KVNO): ServiceKey {
  const key = ProtocolKey.generate(etypeOf(etype));
  return { principals: [{ realm: REALM, name: SERVICE }], kvno, key };
}

/** The same key under one other name. */
export function renamed(key: ServiceKey, nameString: string[], realm: string = REALM): ServiceKey {
  return { ...key, principals: [{ realm, name: { nameType: 2, nameString } }] };
}

export interface TicketOptions {
  readonly sessionEtype?: number;
  readonly kvno?: number;
  readonly part?: Partial<EncTicketPart>;
}

/** A key as messages and credential caches have it. */
export function encryptionKeyOf({ etype, bytes }: ProtocolKey): EncryptionKey {
  return { keytype: etype.number, keyvalue: bytes };
}

/** A ticket of alice for the service, under the first name of its key, as a KDC issues it. */
export function issueTicket(
  key: ServiceKey,
  { sessionEtype = key.key.etype.number, part = {}, kvno = key.kvno }: TicketOptions = {},
): ServiceTicket {
  const sessionKey = ProtocolKey.generate(etypeOf(sessionEtype));
  const [{ name }] = key.principals as [Principal];
  const contents = { crealm: REALM, cname: CLIENT, ...part };
  const { ticket } = issue({ ...key, kvno }, name, contents, sessionKey);
  return { ticket, sessionKey, crealm: REALM, cname: CLIENT };
}
