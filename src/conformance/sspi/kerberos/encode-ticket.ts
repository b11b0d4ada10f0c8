import { withoutPrototype } from '../../../bytes/without-prototype.js';
import { derInteger } from '../../../bytes/write-der.js';
import { encodeAuthorizationData } from '../../../sspi/kerberos/messages/authorization-data.js';
import {
  encodeEncryptedData,
  encodeEncryptionKey,
} from '../../../sspi/kerberos/messages/encrypted-data.js';
import type { HostAddress } from '../../../sspi/kerberos/messages/host-address.js';
import { encodePrincipalName } from '../../../sspi/kerberos/messages/principal-name.js';
import type { EncTicketPart, Ticket } from '../../../sspi/kerberos/messages/ticket.js';
import {
  type Element,
  encodeField,
  encodeKerberosFlags,
  encodeKerberosString,
  encodeKerberosTime,
  encodeMessage,
  encodeOctetString,
  encodeOptionalField,
  encodeSequence,
} from '../../../sspi/kerberos/messages/write-types.js';

// Tickets (RFC 4120 5.3), which only the holder of a service's key writes: the KDC, or the service itself.

export function encodeTicket({ realm, sname, encPart }: Omit<Ticket, 'der'>): Uint8Array {
  return encodeMessage(
    1,
    encodeField(0, derInteger(5)),
    encodeField(1, encodeKerberosString(realm)),
    encodeField(2, encodePrincipalName(sname)),
    encodeField(3, encodeEncryptedData(encPart)),
  );
}

export function encodeEncTicketPart(fields: EncTicketPart): Uint8Array {
  const part = withoutPrototype({ ...fields });
  const { trType, contents } = part.transited;
  return encodeMessage(
    3,
    encodeField(0, encodeKerberosFlags(part.flags)),
    encodeField(1, encodeEncryptionKey(part.key)),
    encodeField(2, encodeKerberosString(part.crealm)),
    encodeField(3, encodePrincipalName(part.cname)),
    encodeField(
      4,
      encodeSequence(
        encodeField(0, derInteger(trType)),
        encodeField(1, encodeOctetString(contents)),
      ),
    ),
    encodeField(5, encodeKerberosTime(part.authtime)),
    encodeOptionalField(6, part.starttime, encodeKerberosTime),
    encodeField(7, encodeKerberosTime(part.endtime)),
    encodeOptionalField(8, part.renewTill, encodeKerberosTime),
    encodeOptionalField(9, part.caddr, encodeHostAddresses),
    encodeOptionalField(10, part.authorizationData, encodeAuthorizationData),
  );
}

export function encodeHostAddresses(addresses: readonly HostAddress[]): Element {
  return encodeSequence(
    ...addresses.map(({ addrType, address }) =>
      encodeSequence(
        encodeField(0, derInteger(addrType)),
        encodeField(1, encodeOctetString(address)),
      ),
    ),
  );
}
