import type { Field } from '../../bytes/reader.js';
import type { WeakEtypeName } from '../../sspi/kerberos/crypto/etypes.js';
import type { ProtocolKey } from '../../sspi/kerberos/crypto/protocol-key.js';
import { AP_USAGE, decryptPart } from '../../sspi/kerberos/handshake.js';
import { type ApReq, decodeAuthenticator } from '../../sspi/kerberos/messages/ap-request.js';
import { decodeEncTicketPart, type Ticket } from '../../sspi/kerberos/messages/ticket.js';
import { receiveKey } from '../../sspi/kerberos/receive-key.js';
import { decryptTicket, type ServiceKey } from '../../sspi/kerberos/service-keys.js';

const ALLOW_WEAK: readonly WeakEtypeName[] = ['rc4-hmac'];

type OnField = (field: Field) => void;

/**
 * Decrypts and decodes the ticket and the authenticator of an AP-REQ.
 *
 * @throws SspiError as {@link decryptTicketPart}
 */
export function decryptRequest(
  { ticket, authenticator }: ApReq,
  keys: readonly ServiceKey[],
  onField: OnField,
): void {
  decryptTicketPart(ticket, keys, onField, (sessionKey) => {
    const plaintext = decryptPart(sessionKey, AP_USAGE.authenticator, authenticator);
    try {
      decodeAuthenticator(plaintext, onField);
    } finally {
      plaintext.fill(0);
    }
  });
}

/**
 * Decrypts and decodes a ticket.
 *
 * @param use gets the session key, which is overwritten afterwards
 * @throws SspiError SEC_E_NO_KERB_KEY, SEC_E_KDC_UNKNOWN_ETYPE or SEC_E_MESSAGE_ALTERED if no key decrypts it;
 * SEC_E_INVALID_TOKEN
 */
export function decryptTicketPart(
  ticket: Ticket,
  keys: readonly ServiceKey[],
  onField: OnField,
  use: (sessionKey: ProtocolKey) => void = () => {},
): void {
  const plaintext = decryptTicket(keys, ticket, ALLOW_WEAK);
  try {
    const { key } = decodeEncTicketPart(plaintext, onField);
    const sessionKey = receiveKey('the session key', key, ALLOW_WEAK);
    try {
      use(sessionKey);
    } finally {
      sessionKey.close();
    }
  } finally {
    plaintext.fill(0);
  }
}
