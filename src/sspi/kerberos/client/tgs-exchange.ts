import { randomInt } from 'node:crypto';
import { uniqueTime } from '../clock.js';
import type { WeakEtypeName } from '../crypto/etypes.js';
import { ProtocolKey } from '../crypto/protocol-key.js';
import { decryptPart } from '../handshake.js';
import { encodeApReq, encodeAuthenticator } from '../messages/ap-request.js';
import { decodeEncKdcRepPart, decodeKdcRep } from '../messages/kdc-reply.js';
import { CANONICALIZE, encodeKdcReq, encodeKdcReqBody } from '../messages/kdc-request.js';
import { decodeKrbError, isKrbError } from '../messages/krb-error.js';
import { PA, type PaData } from '../messages/pa-data.js';
import type { PrincipalName } from '../messages/principal-name.js';
import { isSameName } from '../principal-text.js';
import { checkReferral } from './client-principal.js';
import type { KdcConnection } from './kdc-connection.js';
import { errorOfKdc } from './kdc-error.js';
import { checkTicketEtype, ticketOf } from './kdc-reply-checks.js';
import { grantedRealm, grantingName, type KdcTicket } from './kdc-ticket.js';
import type { Target } from './parse-target.js';
import { RealmPath } from './realm-path.js';

/** The encryption types to request. */
export interface RequestedEtypes {
  readonly etypes: readonly number[];
  readonly allowWeak: readonly WeakEtypeName[];
}

/** Key usages (RFC 4120 7.5.1). The reply is under the subkey. */
const USAGE = { body: 6, authenticator: 7, reply: 9 };

/**
 * Asks for a ticket for a service, and follows the referrals of the KDCs from realm to realm (RFC 6806 8). Every KDC is
 * authenticated by the session key of the ticket before.
 *
 * @param granting of the client's realm. It stays the caller's
 * @returns its key is the caller's to close
 * @throws SspiError with the reason of a KDC, or for a false reply
 */
export async function requestServiceTicket(
  connection: KdcConnection,
  granting: KdcTicket,
  target: Target,
  requested: RequestedEtypes,
  signal: AbortSignal,
): Promise<KdcTicket> {
  const path = new RealmPath(realmOf(granting));
  let current = granting;
  try {
    for (;;) {
      const next = await new TgsExchange(connection, current, requested, signal).run(
        nameToAsk(realmOf(current), target),
      );
      const referral = grantedRealm(next.server.name);
      if (referral === undefined) return next;
      if (current !== granting) current.key.close();
      current = next;
      path.enter(checkReferral(referral));
    }
  } finally {
    if (current !== granting) current.key.close();
  }
}

/** In another realm than that of the service its ticket-granting ticket comes first. */
function nameToAsk(realm: string, target: Target): PrincipalName {
  const isThere = target.realm === undefined || target.realm === realm;
  return isThere ? target.name : grantingName(target.realm);
}

/** The realm that a ticket-granting ticket is for. */
function realmOf({ server }: KdcTicket): string {
  return grantedRealm(server.name) as string;
}

/** One KDC is asked. */
class TgsExchange {
  readonly #connection: KdcConnection;
  readonly #granting: KdcTicket;
  readonly #requested: RequestedEtypes;
  readonly #signal: AbortSignal;

  constructor(
    connection: KdcConnection,
    granting: KdcTicket,
    requested: RequestedEtypes,
    signal: AbortSignal,
  ) {
    this.#connection = connection;
    this.#granting = granting;
    this.#requested = requested;
    this.#signal = signal;
  }

  /** @returns a ticket for the service, or the ticket-granting ticket of a referral */
  async run(sname: PrincipalName): Promise<KdcTicket> {
    const realm = realmOf(this.#granting);
    const nonce = randomInt(2 ** 31);
    const body = encodeKdcReqBody({
      kdcOptions: CANONICALIZE,
      realm,
      sname,
      till: this.#granting.endtime,
      nonce,
      etype: this.#requested.etypes,
    });
    const subkey = ProtocolKey.generate(this.#granting.key.etype);
    try {
      const request = encodeKdcReq('TGS-REQ', [this.#authenticate(body, subkey)], body);
      const { message, kdc } = await this.#connection.send(realm, request, this.#signal);
      if (isKrbError(message)) {
        const { errorCode } = decodeKrbError(message);
        throw errorOfKdc(kdc, `the request for ${sname.nameString.join('/')}`, errorCode);
      }
      return this.#read(`the TGS-REP of ${kdc}`, message, { nonce, realm, sname, subkey });
    } finally {
      subkey.close();
    }
  }

  /** PA-TGS-REQ: an AP-REQ whose authenticator has a checksum over the body (RFC 4120 7.2.2). */
  #authenticate(body: Uint8Array, subkey: ProtocolKey): PaData {
    const { key, client, ticket } = this.#granting;
    const { number: keytype, checksumType: cksumtype } = key.etype;
    const plaintext = encodeAuthenticator({
      crealm: client.realm,
      cname: client.name,
      cksum: { cksumtype, checksum: key.checksum(USAGE.body, body) },
      ...uniqueTime(),
      subkey: { keytype, keyvalue: subkey.bytes },
    });
    const cipher = key.encrypt(USAGE.authenticator, plaintext);
    plaintext.fill(0);
    const padataValue = encodeApReq(0, ticket, { etype: keytype, cipher });
    return { padataType: PA['TGS-REQ'], padataValue };
  }

  #read(what: string, message: Uint8Array, { nonce, realm, sname, subkey }: Sent): KdcTicket {
    const { etypes, allowWeak } = this.#requested;
    const { client } = this.#granting;
    const reply = decodeKdcRep('TGS-REP', message);
    const plaintext = decryptPart(subkey, USAGE.reply, reply.encPart);
    try {
      const part = decodeEncKdcRepPart(plaintext);
      const referral = grantedRealm(part.sname);
      if (referral === undefined) checkTicketEtype(what, reply.ticket.encPart.etype, allowWeak);
      const expected = {
        ...{ what, nonce, realm, etypes },
        isClient: (crealm: string, cname: PrincipalName) =>
          crealm === client.realm && isSameName(cname, client.name),
        isServer: (name: PrincipalName) =>
          isSameName(name, sname) || (referral !== undefined && referral !== realm),
      };
      return ticketOf(reply, part, expected, allowWeak);
    } finally {
      plaintext.fill(0);
    }
  }
}

/** What the reply must match. */
interface Sent {
  readonly nonce: number;
  readonly realm: string;
  readonly sname: PrincipalName;
  readonly subkey: ProtocolKey;
}
