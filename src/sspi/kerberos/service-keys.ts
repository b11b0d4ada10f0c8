import { SspiError } from '../error.js';
import { messageAltered } from '../failure.js';
import type { WeakEtypeName } from './crypto/etypes.js';
import type { ProtocolKey } from './crypto/protocol-key.js';
import type { PrincipalName } from './messages/principal-name.js';
import type { Ticket } from './messages/ticket.js';
import { isSameName } from './principal-text.js';
import { requireEtype } from './receive-key.js';

/** The key usage of a ticket (RFC 4120 7.5.1). */
const TICKET_USAGE = 2;

/** A long-term key of a service. */
export interface ServiceKey {
  readonly realm: string;
  readonly name: PrincipalName;
  readonly kvno: number;
  readonly key: ProtocolKey;
}

/**
 * Decrypts a ticket with the key that has its encryption type and version.
 *
 * An account of Active Directory has one key and many names, so a key of another name is tried, too: whoever can
 * encrypt a ticket with it is the KDC or the service itself.
 *
 * @returns the plaintext, which the caller overwrites
 * @throws SspiError SEC_E_KDC_UNKNOWN_ETYPE, SEC_E_NO_KERB_KEY, SEC_E_MESSAGE_ALTERED
 */
export function decryptTicket(
  keys: readonly ServiceKey[],
  { realm, sname, encPart }: Ticket,
  allowWeak: readonly WeakEtypeName[],
): Uint8Array {
  const { etype, kvno, cipher } = encPart;
  requireEtype('the ticket', etype, allowWeak);
  const usable = keys.filter(
    (entry) => entry.key.etype.number === etype && (kvno === undefined || entry.kvno === kvno),
  );
  if (usable.length === 0) {
    const version = kvno === undefined ? '' : ` and the version ${kvno}`;
    const problem = `there is no key with the encryption type ${etype}${version} of the ticket`;
    throw new SspiError('SEC_E_NO_KERB_KEY', problem);
  }
  const isNamed = (entry: ServiceKey) => entry.realm === realm && isSameName(entry.name, sname);
  for (const { key } of [...usable.filter(isNamed), ...usable.filter((entry) => !isNamed(entry))]) {
    try {
      return key.decrypt(TICKET_USAGE, cipher);
    } catch (error) {
      if (!(error instanceof SspiError && error.code === 'SEC_E_MESSAGE_ALTERED')) throw error;
    }
  }
  throw messageAltered('the ticket is for another key, or it');
}
