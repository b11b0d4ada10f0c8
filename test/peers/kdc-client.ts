import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import {
  type Authenticator,
  encodeApReq,
  encodeAuthenticator,
} from '../../src/sspi/kerberos/messages/ap-request.js';
import {
  type EncryptionKey,
  encodeEncryptedData,
} from '../../src/sspi/kerberos/messages/encrypted-data.js';
import {
  decodeEncKdcRepPart,
  decodeKdcRep,
  type EncKdcRepPart,
  type KdcRep,
} from '../../src/sspi/kerberos/messages/kdc-reply.js';
import {
  encodeKdcReq,
  encodeKdcReqBody,
  type KdcReqBody,
} from '../../src/sspi/kerberos/messages/kdc-request.js';
import { decodeKrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import {
  decodeEtypeInfo2,
  decodeMethodData,
  encodePaEncTsEnc,
  type PaData,
} from '../../src/sspi/kerberos/messages/pa-data.js';
import { encodeElement } from '../../src/sspi/kerberos/messages/write-types.js';
import type { Kdc } from '../support/kdc.js';
import { etypeOf } from '../support/kerberos.js';

const REALM = 'EXAMPLE.TEST';
/** The key usages of RFC 4120 7.5.1. */
const USAGE = {
  timestamp: 1,
  asReply: 3,
  tgsBody: 6,
  tgsAuthenticator: 7,
  tgsReply: 8,
  tgsReplyWithSubkey: 9,
};
/** Types of PA-DATA (RFC 4120 7.5.2). */
const PA = { tgsReq: 1, encTimestamp: 2, etypeInfo2: 19 };
const PREAUTH_REQUIRED = 25;

const krbtgt = { nameType: 2, nameString: ['krbtgt', REALM] };

/** One request over TCP (RFC 4120 7.2.2). */
async function askKdc(kdc: Kdc, request: Uint8Array): Promise<Uint8Array> {
  const socket = net.connect(kdc.port, '127.0.0.1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(request.length);
  socket.write(Buffer.concat([length, request]));
  let answer = Buffer.alloc(0);
  while (answer.length < 4 || answer.length < 4 + answer.readUInt32BE()) {
    const [part] = await once(socket, 'data');
    answer = Buffer.concat([answer, part]);
  }
  socket.destroy();
  return Uint8Array.from(answer.subarray(4));
}

/** The time of an authenticator. */
export function now(): { ctime: number; cusec: number } {
  const time = Date.now();
  return { ctime: Math.floor(time / 1000), cusec: 1000 * (time % 1000) };
}

export function protocolKeyOf({ keytype, keyvalue }: EncryptionKey): ProtocolKey {
  return new ProtocolKey(etypeOf(keytype), keyvalue);
}

/** A reply of the KDC. */
export interface Reply {
  readonly reply: KdcRep;
  readonly part: EncKdcRepPart;
}

/** Asks for a ticket-granting ticket with the password, as RFC 4120 3.1 has it. */
export async function authenticate(
  kdc: Kdc,
  client: string,
  password: string,
  number: number,
): Promise<Reply> {
  const cname = { nameType: 1, nameString: [client] };
  const body = requestBody({ cname, sname: krbtgt, etype: [number, 18] });
  const encoded = encodeKdcReqBody(body);
  const error = decodeKrbError(await askKdc(kdc, encodeKdcReq('AS-REQ', undefined, encoded)));
  assert.equal(error.errorCode, PREAUTH_REQUIRED);
  const methods = decodeMethodData(error.eData ?? new Uint8Array(0));
  const info = methods.find(({ padataType }) => padataType === PA.etypeInfo2);
  const [entry] = decodeEtypeInfo2(info?.padataValue ?? new Uint8Array(0));
  assert.equal(entry?.etype, number);
  const salt = entry?.salt ?? new TextEncoder().encode(REALM + client);
  const key = new ProtocolKey(
    etypeOf(number),
    await etypeOf(number).stringToKey(password, salt, entry?.s2kparams),
  );
  const { ctime, cusec } = now();
  const cipher = key.encrypt(USAGE.timestamp, encodePaEncTsEnc(ctime, cusec));
  const timestamp: PaData = {
    padataType: PA.encTimestamp,
    padataValue: encodeElement(encodeEncryptedData({ etype: number, cipher })),
  };
  const answer = await askKdc(kdc, encodeKdcReq('AS-REQ', [timestamp], encoded));
  const reply = decodeKdcRep('AS-REP', answer);
  assert.equal(reply.encPart.etype, number);
  const part = decodeEncKdcRepPart(key.decrypt(USAGE.asReply, reply.encPart.cipher));
  assert.equal(part.nonce, body.nonce);
  assert.deepEqual([part.srealm, part.sname.nameString], [REALM, krbtgt.nameString]);
  return { reply, part };
}

/** Asks for a ticket of the service, as RFC 4120 3.3 has it. The reply is under the subkey, if there is one. */
export async function requestTicket(
  kdc: Kdc,
  service: readonly string[],
  number: number,
  { reply: granting, part: grantingPart }: Reply,
  subkey?: ProtocolKey,
): Promise<Reply> {
  const body = requestBody({ sname: { nameType: 2, nameString: service }, etype: [number] });
  const encoded = encodeKdcReqBody(body);
  const key = protocolKeyOf(grantingPart.key);
  const { checksumType: cksumtype } = key.etype;
  const authenticator: Authenticator = {
    crealm: granting.crealm,
    cname: granting.cname,
    cksum: { cksumtype, checksum: key.checksum(USAGE.tgsBody, encoded) },
    ...now(),
    ...(subkey !== undefined && { subkey: { keytype: number, keyvalue: subkey.bytes } }),
  };
  const cipher = key.encrypt(USAGE.tgsAuthenticator, encodeAuthenticator(authenticator));
  const request = encodeApReq(0, granting.ticket.der, { etype: key.etype.number, cipher });
  const padata = [{ padataType: PA.tgsReq, padataValue: request }];
  const reply = decodeKdcRep(
    'TGS-REP',
    await askKdc(kdc, encodeKdcReq('TGS-REQ', padata, encoded)),
  );
  const plaintext =
    subkey === undefined
      ? key.decrypt(USAGE.tgsReply, reply.encPart.cipher)
      : subkey.decrypt(USAGE.tgsReplyWithSubkey, reply.encPart.cipher);
  const part = decodeEncKdcRepPart(plaintext);
  assert.equal(part.nonce, body.nonce);
  return { reply, part };
}

function requestBody(fields: Pick<KdcReqBody, 'cname' | 'sname' | 'etype'>): KdcReqBody {
  const till = now().ctime + 3600;
  return { kdcOptions: 0, realm: REALM, till, nonce: randomInt(2 ** 31), ...fields };
}
