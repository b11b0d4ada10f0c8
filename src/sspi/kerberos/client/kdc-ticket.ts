import type { ProtocolKey } from '../crypto/protocol-key.js';
import { NT_SRV_INST, type Principal, type PrincipalName } from '../messages/principal-name.js';

/** A ticket of the client, with what the KDC sent beside it. Times in seconds since 1970. */
export interface KdcTicket {
  readonly client: Principal;
  readonly server: Principal;
  /** The session key. The holder of the ticket closes it. */
  readonly key: ProtocolKey;
  /** TicketFlags (RFC 4120 5.3). */
  readonly flags: number;
  readonly authtime: number;
  readonly starttime: number | undefined;
  readonly endtime: number;
  readonly renewTill: number | undefined;
  /** The DER of the ticket, as the KDC sent it. */
  readonly ticket: Uint8Array;
}

/** The service that issues tickets for a realm (RFC 4120 7.3). */
export function grantingName(realm: string): PrincipalName {
  return { nameType: NT_SRV_INST, nameString: ['krbtgt', realm] };
}

/** The realm that a ticket-granting ticket is for; undefined for another service. */
export function grantedRealm({ nameString }: PrincipalName): string | undefined {
  const [service, realm] = nameString;
  return nameString.length === 2 && service === 'krbtgt' ? realm : undefined;
}
