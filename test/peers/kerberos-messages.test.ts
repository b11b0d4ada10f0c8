import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { EtypeName } from '../../src/sspi/kerberos/crypto/etype.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { decodeApRep, decodeEncApRepPart } from '../../src/sspi/kerberos/messages/ap-reply.js';
import {
  type Authenticator,
  decodeApReq,
  decodeAuthenticator,
  encodeApReq,
  encodeAuthenticator,
} from '../../src/sspi/kerberos/messages/ap-request.js';
import {
  decodeAuthenticatorChecksum,
  encodeAuthenticatorChecksum,
  GSS_CHECKSUM_TYPE,
} from '../../src/sspi/kerberos/messages/authenticator-checksum.js';
import {
  type EncryptionKey,
  encodeEncryptedData,
} from '../../src/sspi/kerberos/messages/encrypted-data.js';
import {
  decodeGssToken,
  encodeGssToken,
  TOKEN_ID,
} from '../../src/sspi/kerberos/messages/gss-token.js';
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
import { decodeEncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import { temporaryFolder } from '../support/folders.js';
import { Kdc } from '../support/kdc.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { bytes, hex } from '../support/ntlm.js';
import { Lines } from './lines.js';
import { startProgram } from './program.js';

const REALM = 'EXAMPLE.TEST';
const PASSWORD = 'Pässwörd-1';
/** The key usages of RFC 4120 7.5.1. */
const USAGE = {
  timestamp: 1,
  ticket: 2,
  asReply: 3,
  tgsBody: 6,
  tgsAuthenticator: 7,
  tgsReply: 8,
  tgsReplyWithSubkey: 9,
  authenticator: 11,
  apReply: 12,
};
/** Types of PA-DATA (RFC 4120 7.5.2). */
const PA = { tgsReq: 1, encTimestamp: 2, etypeInfo2: 19 };
const PREAUTH_REQUIRED = 25;
const MUTUAL_REQUIRED = 0x20000000;
/** GSS_C_MUTUAL_FLAG, REPLAY, SEQUENCE, CONF and INTEG. */
const GSS_FLAGS = 0x3e;

const folder = temporaryFolder();
const kdc = new Kdc(folder);
let program: ReturnType<typeof startProgram>;
let mit: Lines;
let contexts = 0;

before(async () => {
  await kdc.start();
  for (const number of ETYPE_NUMBERS) {
    const { name } = etypeOf(number);
    kdc.addPrincipal(clientOf(name), PASSWORD, name, '+requires_preauth');
    kdc.addPrincipal(`HTTP/${name}`, PASSWORD, name);
  }
  program = startProgram('mit_kerberos.py', folder);
  mit = new Lines(program.stdout, program.stdin);
  program.once('close', () => mit.end(new Error('mit_kerberos.py ended')));
});
after(async () => {
  program.stdin.end();
  await kdc.stop();
});

function clientOf(etype: EtypeName): string {
  return `user-${etype}`;
}

const krbtgt = { nameType: 2, nameString: ['krbtgt', REALM] };
const serviceOf = (etype: EtypeName) => ({ nameType: 2, nameString: ['HTTP', etype] });

/** One request over TCP (RFC 4120 7.2.2). */
async function askKdc(request: Uint8Array): Promise<Uint8Array> {
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

function now(): { ctime: number; cusec: number } {
  const time = Date.now();
  return { ctime: Math.floor(time / 1000), cusec: 1000 * (time % 1000) };
}

function keyOf({ keytype, keyvalue }: EncryptionKey): ProtocolKey {
  return new ProtocolKey(etypeOf(keytype), keyvalue);
}

interface Reply {
  readonly reply: KdcRep;
  readonly part: EncKdcRepPart;
}

/** Asks for a ticket-granting ticket with the password, as RFC 4120 3.1 has it. */
async function authenticate(etype: EtypeName, number: number): Promise<Reply> {
  const cname = { nameType: 1, nameString: [clientOf(etype)] };
  const body = requestBody({ cname, sname: krbtgt, etype: [number, 18] });
  const encoded = encodeKdcReqBody(body);
  const error = decodeKrbError(await askKdc(encodeKdcReq('AS-REQ', undefined, encoded)));
  assert.equal(error.errorCode, PREAUTH_REQUIRED);
  const methods = decodeMethodData(error.eData ?? new Uint8Array(0));
  const info = methods.find(({ padataType }) => padataType === PA.etypeInfo2);
  const [entry] = decodeEtypeInfo2(info?.padataValue ?? new Uint8Array(0));
  assert.equal(entry?.etype, number);
  const salt = entry?.salt ?? new TextEncoder().encode(REALM + clientOf(etype));
  const key = new ProtocolKey(
    etypeOf(number),
    await etypeOf(number).stringToKey(PASSWORD, salt, entry?.s2kparams),
  );
  const { ctime, cusec } = now();
  const cipher = key.encrypt(USAGE.timestamp, encodePaEncTsEnc(ctime, cusec));
  const timestamp: PaData = {
    padataType: PA.encTimestamp,
    padataValue: encodeEncryptedData({ etype: number, cipher }),
  };
  const answer = await askKdc(encodeKdcReq('AS-REQ', [timestamp], encoded));
  const reply = decodeKdcRep('AS-REP', answer);
  assert.equal(reply.encPart.etype, number);
  const part = decodeEncKdcRepPart(key.decrypt(USAGE.asReply, reply.encPart.cipher));
  assert.equal(part.nonce, body.nonce);
  assert.deepEqual([part.srealm, part.sname.nameString], [REALM, krbtgt.nameString]);
  return { reply, part };
}

/** Asks for a ticket of the service, as RFC 4120 3.3 has it. The reply is under the subkey, if there is one. */
async function requestTicket(
  etype: EtypeName,
  number: number,
  { reply: granting, part: grantingPart }: Reply,
  subkey?: ProtocolKey,
): Promise<Reply> {
  const body = requestBody({ sname: serviceOf(etype), etype: [number] });
  const encoded = encodeKdcReqBody(body);
  const key = keyOf(grantingPart.key);
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
  const reply = decodeKdcRep('TGS-REP', await askKdc(encodeKdcReq('TGS-REQ', padata, encoded)));
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

for (const number of ETYPE_NUMBERS) {
  const { name } = etypeOf(number);
  describe(`messages with keys of ${name}`, () => {
    it("of ours are accepted by MIT's KDC and acceptor, and theirs by ours", async () => {
      const granting = await authenticate(name, number);
      await requestTicket(name, number, granting);
      const tgsSubkey = ProtocolKey.generate(etypeOf(number));
      const { reply, part } = await requestTicket(name, number, granting, tgsSubkey);
      assert.equal(part.key.keytype, number);
      const sessionKey = keyOf(part.key);
      const subkey = ProtocolKey.generate(sessionKey.etype);
      const time = now();
      const authenticator: Authenticator = {
        crealm: reply.crealm,
        cname: reply.cname,
        cksum: {
          cksumtype: GSS_CHECKSUM_TYPE,
          checksum: encodeAuthenticatorChecksum(new Uint8Array(16), GSS_FLAGS),
        },
        ...time,
        subkey: { keytype: number, keyvalue: subkey.bytes },
        seqNumber: 0xfffffff0,
      };
      const cipher = sessionKey.encrypt(USAGE.authenticator, encodeAuthenticator(authenticator));
      const request = encodeApReq(MUTUAL_REQUIRED, reply.ticket.der, { etype: number, cipher });

      const context = contexts++;
      await mit.call({ call: 'acceptor', context, package: 'Kerberos' });
      const token = hex(encodeGssToken(TOKEN_ID['AP-REQ'], request));
      const answer = await mit.call({ call: 'step', context, token });
      assert.equal(answer['done'], true);
      const { tokenId, message } = decodeGssToken(bytes(String(answer['token'])));
      assert.equal(tokenId, TOKEN_ID['AP-REP']);
      const encrypted = decodeApRep(message);
      const proof = decodeEncApRepPart(sessionKey.decrypt(USAGE.apReply, encrypted.cipher));
      assert.deepEqual([proof.ctime, proof.cusec], [time.ctime, time.cusec]);
      const initiator = await mit.call({ call: 'initiator_name', context });
      assert.equal(initiator['name'], `${clientOf(name)}@${REALM}`);
    });

    it("of MIT's initiator are opened with the service's key", async () => {
      const context = contexts++;
      const target = `HTTP@${name}`;
      const identity = { package: 'Kerberos', domain: '', user: '', password: '' };
      await mit.call({ call: 'initiator', context, target, ...identity });
      const { token } = await mit.call({ call: 'step', context, token: '' });
      const { tokenId, message } = decodeGssToken(bytes(String(token)));
      assert.equal(tokenId, TOKEN_ID['AP-REQ']);
      const { ticket, authenticator, apOptions } = decodeApReq(message);
      assert.equal(apOptions & MUTUAL_REQUIRED, MUTUAL_REQUIRED);
      assert.deepEqual([ticket.realm, ticket.sname.nameString], [REALM, ['HTTP', name]]);
      assert.deepEqual([ticket.encPart.etype, ticket.encPart.kvno], [number, 1]);
      const salt = new TextEncoder().encode(`${REALM}HTTP${name}`);
      const serviceKey = new ProtocolKey(
        etypeOf(number),
        await etypeOf(number).stringToKey(PASSWORD, salt),
      );
      const part = decodeEncTicketPart(serviceKey.decrypt(USAGE.ticket, ticket.encPart.cipher));
      assert.deepEqual([part.crealm, part.cname.nameString], [REALM, ['alice']]);
      const opened = decodeAuthenticator(
        keyOf(part.key).decrypt(USAGE.authenticator, authenticator.cipher),
      );
      assert.deepEqual([opened.crealm, opened.cname], [part.crealm, part.cname]);
      assert.ok(Math.abs(opened.ctime - now().ctime) < 300);
      assert.equal(opened.cksum?.cksumtype, GSS_CHECKSUM_TYPE);
      const { bindings, flags } = decodeAuthenticatorChecksum(opened.cksum.checksum);
      assert.equal(hex(bindings), '00'.repeat(16));
      assert.equal(flags & GSS_FLAGS, GSS_FLAGS);
    });
  });
}
