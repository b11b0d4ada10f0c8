import assert from 'node:assert/strict';
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
  decodeGssToken,
  encodeGssToken,
  TOKEN_ID,
} from '../../src/sspi/kerberos/messages/gss-token.js';
import { decodeEncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { hex } from '../support/ntlm.js';
import { authenticate, now, protocolKeyOf, requestTicket } from './kdc-client.js';
import { MitRealm, PASSWORD } from './mit-realm.js';

const REALM = 'EXAMPLE.TEST';
/** The key usages of RFC 4120 7.5.1. */
const USAGE = { ticket: 2, authenticator: 11, apReply: 12 };
const MUTUAL_REQUIRED = 0x20000000;
/** GSS_C_MUTUAL_FLAG, REPLAY, SEQUENCE, CONF and INTEG. */
const GSS_FLAGS = 0x3e;

const realm = new MitRealm();
const { kdc } = realm;

before(() => realm.start());
after(() => realm.stop());

function clientOf(etype: EtypeName): string {
  return `user-${etype}`;
}

/** The client of the realm, its password, and a service. */
const principalsOf = (etype: EtypeName) => ({
  client: clientOf(etype),
  password: PASSWORD,
  service: ['HTTP', etype],
});

for (const number of ETYPE_NUMBERS) {
  const { name } = etypeOf(number);
  describe(`messages with keys of ${name}`, () => {
    it("of ours are accepted by MIT's KDC and acceptor, and theirs by ours", async () => {
      const { client, password, service } = principalsOf(name);
      const granting = await authenticate(kdc, client, password, number);
      await requestTicket(kdc, service, number, granting);
      const tgsSubkey = ProtocolKey.generate(etypeOf(number));
      const { reply, part } = await requestTicket(kdc, service, number, granting, tgsSubkey);
      assert.equal(part.key.keytype, number);
      const sessionKey = protocolKeyOf(part.key);
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

      const server = await realm.gss.server();
      const answer = await server.step(encodeGssToken(TOKEN_ID['AP-REQ'], request));
      assert.equal(answer.done, true);
      const { tokenId, message } = decodeGssToken(answer.token);
      assert.equal(tokenId, TOKEN_ID['AP-REP']);
      const encrypted = decodeApRep(message);
      const proof = decodeEncApRepPart(sessionKey.decrypt(USAGE.apReply, encrypted.cipher));
      assert.deepEqual([proof.ctime, proof.cusec], [time.ctime, time.cusec]);
      assert.equal(await server.initiator(), `${clientOf(name)}@${REALM}`);
    });

    it("of MIT's initiator are opened with the service's key", async () => {
      const client = await realm.gss.client({ target: `HTTP@${name}` });
      const { token } = await client.step(new Uint8Array(0));
      const { tokenId, message } = decodeGssToken(token);
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
        protocolKeyOf(part.key).decrypt(USAGE.authenticator, authenticator.cipher),
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
