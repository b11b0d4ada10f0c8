import { randomInt } from 'node:crypto';
import { SspiError } from '../../error.js';
import { secondsNow, uniqueTime } from '../clock.js';
import type { WeakEtypeName } from '../crypto/etypes.js';
import type { ProtocolKey } from '../crypto/protocol-key.js';
import { decryptPart } from '../handshake.js';
import { encodeEncryptedData } from '../messages/encrypted-data.js';
import { ERROR_CODE } from '../messages/error-codes.js';
import { decodeEncKdcRepPart, decodeKdcRep, type KdcRep } from '../messages/kdc-reply.js';
import { CANONICALIZE, encodeKdcReq, encodeKdcReqBody } from '../messages/kdc-request.js';
import { decodeKrbError, isKrbError, type KrbError } from '../messages/krb-error.js';
import { encodePaEncTsEnc, PA, type PaData } from '../messages/pa-data.js';
import { NT_ENTERPRISE, type Principal } from '../messages/principal-name.js';
import { encodeElement } from '../messages/write-types.js';
import { isSameName } from '../principal-text.js';
import { checkReferral, isAccountName } from './client-principal.js';
import type { ClientSecret } from './client-secret.js';
import type { KdcConnection } from './kdc-connection.js';
import { errorOfKdc } from './kdc-error.js';
import { checkClock, checkReplyEtype, ticketOf } from './kdc-reply-checks.js';
import { grantingName, type KdcTicket } from './kdc-ticket.js';
import { chooseKey, findKey } from './preauth-key.js';
import { RealmPath } from './realm-path.js';

/** Who logs on, and what is asked for. */
export interface Logon {
  readonly client: Principal;
  readonly secret: ClientSecret;
  /** The numbers of the encryption types to request. */
  readonly etypes: readonly number[];
  readonly allowWeak: readonly WeakEtypeName[];
  /** Of the ticket, in seconds. */
  readonly lifetime: number;
}

/** Key usages (RFC 4120 7.5.1). */
const USAGE = { timestamp: 1, reply: 3 };

const REJECTED = 'the logon';

/**
 * The AS exchange (RFC 4120 3.1): asks the realm of a client for a ticket-granting ticket. The first request has no
 * pre-authentication, because only the KDC knows the salt of the password. After an answer nothing more is sent than
 * one encrypted timestamp.
 *
 * Enterprise names are looked for in other realms if the KDC refers to them (RFC 6806 7). The referral is not
 * authenticated, and no other name is canonicalized.
 *
 * @throws SspiError with the reason of the KDC, or for a false reply
 */
export async function logOn(
  connection: KdcConnection,
  logon: Logon,
  signal: AbortSignal,
): Promise<KdcTicket> {
  let { realm } = logon.client;
  const path = new RealmPath(realm);
  for (;;) {
    const exchange = new AsExchange(connection, logon, realm, signal);
    const result = await exchange.run();
    if (typeof result !== 'string') return result;
    realm = result;
    path.enter(realm);
  }
}

/** One realm is asked. */
class AsExchange {
  readonly #connection: KdcConnection;
  readonly #logon: Logon;
  readonly #realm: string;
  readonly #signal: AbortSignal;

  constructor(connection: KdcConnection, logon: Logon, realm: string, signal: AbortSignal) {
    this.#connection = connection;
    this.#logon = logon;
    this.#realm = realm;
    this.#signal = signal;
  }

  /** @returns the ticket, or the realm of a referral */
  async run(): Promise<KdcTicket | string> {
    const first = await this.#send(undefined);
    if (first.reply !== undefined) return this.#read(first, first.reply, undefined);
    const { error, kdc } = first;
    if (error.errorCode === ERROR_CODE.KDC_ERR_WRONG_REALM && this.#isEnterprise) {
      if (error.crealm !== undefined) return checkReferral(error.crealm);
    }
    if (error.errorCode !== ERROR_CODE.KDC_ERR_PREAUTH_REQUIRED) {
      throw errorOfKdc(kdc, REJECTED, error.errorCode);
    }
    const used = await chooseKey(kdc, error.eData, this.#logon, this.#realm);
    this.#signal.throwIfAborted();
    const second = await this.#send([timestamp(used)]);
    if (second.reply !== undefined) return this.#read(second, second.reply, used);
    throw errorOfKdc(second.kdc, REJECTED, second.error.errorCode);
  }

  get #isEnterprise(): boolean {
    return this.#logon.client.name.nameType === NT_ENTERPRISE;
  }

  async #send(padata: readonly PaData[] | undefined): Promise<Answer> {
    const { client, etypes, lifetime } = this.#logon;
    const nonce = randomInt(2 ** 31);
    const body = encodeKdcReqBody({
      kdcOptions: this.#isEnterprise ? CANONICALIZE : 0,
      cname: client.name,
      realm: this.#realm,
      sname: grantingName(this.#realm),
      till: Math.floor(secondsNow()) + lifetime,
      nonce,
      etype: etypes,
    });
    const request = encodeKdcReq('AS-REQ', padata, body);
    const { message, kdc } = await this.#connection.send(this.#realm, request, this.#signal);
    return isKrbError(message)
      ? { kdc, nonce, error: decodeKrbError(message), reply: undefined }
      : { kdc, nonce, reply: decodeKdcRep('AS-REP', message), error: undefined };
  }

  async #read(
    { kdc, nonce }: Answer,
    reply: KdcRep,
    used: ProtocolKey | undefined,
  ): Promise<KdcTicket> {
    const { client, etypes, allowWeak } = this.#logon;
    const what = `the AS-REP of ${kdc}`;
    checkReplyEtype(what, reply.encPart.etype, etypes);
    const key = await findKey(reply, used, this.#logon, this.#realm);
    this.#signal.throwIfAborted();
    const plaintext = decryptReply(what, key, reply, used !== undefined);
    try {
      const expected = {
        ...{ what, nonce, etypes, realm: this.#realm },
        isClient: (realm: string, name: Principal['name']) =>
          realm === this.#realm &&
          (this.#isEnterprise ? isAccountName(name) : isSameName(name, client.name)),
        isServer: (name: Principal['name']) => isSameName(name, grantingName(this.#realm)),
      };
      const part = decodeEncKdcRepPart(plaintext);
      checkClock(what, part);
      return ticketOf(reply, part, expected, allowWeak);
    } finally {
      plaintext.fill(0);
    }
  }
}

type Answer = { readonly kdc: string; readonly nonce: number } & (
  | { readonly error: KrbError; readonly reply: undefined }
  | { readonly reply: KdcRep; readonly error: undefined }
);

/** Without pre-authentication a wrong password shows here first. */
function decryptReply(
  what: string,
  key: ProtocolKey,
  { encPart }: KdcRep,
  isKeyProven: boolean,
): Uint8Array {
  try {
    return decryptPart(key, USAGE.reply, encPart);
  } catch (error) {
    const isAltered = error instanceof SspiError && error.code === 'SEC_E_MESSAGE_ALTERED';
    if (!isAltered || isKeyProven) throw error;
    const problem = `${what} has another key: the password is wrong, or the keytab has an old key`;
    throw new SspiError('SEC_E_LOGON_DENIED', problem);
  }
}

/** PA-ENC-TIMESTAMP (RFC 4120 5.2.7.2). */
function timestamp(key: ProtocolKey): PaData {
  const { ctime, cusec } = uniqueTime();
  const cipher = key.encrypt(USAGE.timestamp, encodePaEncTsEnc(ctime, cusec));
  const padataValue = encodeElement(encodeEncryptedData({ etype: key.etype.number, cipher }));
  return { padataType: PA['ENC-TIMESTAMP'], padataValue };
}
