import { ProtocolKey } from '../../../sspi/kerberos/crypto/protocol-key.js';
import type { ServiceTicket } from '../../../sspi/kerberos/initiator.js';
import type { PrincipalName } from '../../../sspi/kerberos/messages/principal-name.js';
import type { EncTicketPart } from '../../../sspi/kerberos/messages/ticket.js';
import { type ServiceKey, TICKET_USAGE } from '../../../sspi/kerberos/service-keys.js';
import { encodeEncTicketPart, encodeTicket } from './encode-ticket.js';

/** PRE-AUTHENT and FORWARDABLE of TicketFlags (RFC 4120 5.3). */
const FLAGS = 0x40200000;

/** The client of a ticket, and what differs from a usual ticket. */
export type TicketContents = Pick<EncTicketPart, 'crealm' | 'cname'> & Partial<EncTicketPart>;

/**
 * Issues a ticket for a service, as a KDC does: whoever has the key of the service can do it.
 *
 * @param key of the service. The ticket has its version, and the realm of its first name
 * @param sname the service that the ticket names
 */
export function issueTicket(
  { principals, kvno, key }: ServiceKey,
  sname: PrincipalName,
  contents: TicketContents,
  sessionKey: ProtocolKey = ProtocolKey.generate(key.etype),
): ServiceTicket {
  const now = Math.floor(Date.now() / 1000);
  const part: EncTicketPart = {
    flags: FLAGS,
    key: { keytype: sessionKey.etype.number, keyvalue: sessionKey.bytes },
    transited: { trType: 1, contents: new Uint8Array(0) },
    authtime: now - 60,
    endtime: now + 3600,
    ...contents,
  };
  const cipher = key.encrypt(TICKET_USAGE, encodeEncTicketPart(part));
  const encPart = { etype: key.etype.number, kvno, cipher };
  const ticket = encodeTicket({ realm: principals[0]?.realm ?? '', sname, encPart });
  return { ticket, sessionKey, crealm: part.crealm, cname: part.cname };
}
