import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import type { ServiceTicket } from '../../src/sspi/kerberos/initiator.js';
import type { PrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import type { EncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import { etypeOf } from './kerberos.js';
import { encodeEncTicketPart, encodeTicket } from './kerberos-kdc.js';

export const REALM = 'EXAMPLE.TEST';
export const SERVICE: PrincipalName = { nameType: 2, nameString: ['HTTP', 'www.example.test'] };
export const CLIENT: PrincipalName = { nameType: 1, nameString: ['alice'] };
const KVNO = 3;

/** The key of the service. */
export function newServiceKey(etype: number, kvno: number = KVNO): ServiceKey {
  return { realm: REALM, name: SERVICE, kvno, key: ProtocolKey.generate(etypeOf(etype)) };
}

export interface TicketOptions {
  readonly sessionEtype?: number;
  readonly kvno?: number;
  readonly part?: Partial<EncTicketPart>;
}

/** A ticket of alice for the service, as a KDC issues it. */
export function issueTicket(
  { realm, name, kvno, key }: ServiceKey,
  { sessionEtype = key.etype.number, part = {}, ...options }: TicketOptions = {},
): ServiceTicket {
  const now = Math.floor(Date.now() / 1000);
  const { bytes } = ProtocolKey.generate(etypeOf(sessionEtype));
  const sessionKey = { keytype: sessionEtype, keyvalue: bytes };
  const plaintext = encodeEncTicketPart({
    flags: 0x40200000,
    key: sessionKey,
    crealm: REALM,
    cname: CLIENT,
    transited: { trType: 1, contents: new Uint8Array(0) },
    authtime: now - 60,
    endtime: now + 3600,
    ...part,
  });
  const encPart = {
    etype: key.etype.number,
    kvno: options.kvno ?? kvno,
    cipher: key.encrypt(2, plaintext),
  };
  const ticket = encodeTicket({ realm, sname: name, encPart });
  return { ticket, sessionKey, crealm: REALM, cname: CLIENT };
}
