import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  encodeEncTicketPart,
  encodeTicket,
} from '../../src/conformance/sspi/kerberos/encode-ticket.js';
import {
  decodeApRep,
  decodeEncApRepPart,
  encodeApRep,
  encodeEncApRepPart,
} from '../../src/sspi/kerberos/messages/ap-reply.js';
import {
  decodeApReq,
  decodeAuthenticator,
  encodeApReq,
  encodeAuthenticator,
} from '../../src/sspi/kerberos/messages/ap-request.js';
import {
  decodeAuthenticatorChecksum,
  encodeAuthenticatorChecksum,
} from '../../src/sspi/kerberos/messages/authenticator-checksum.js';
import {
  decodeAuthorizationData,
  encodeAuthorizationData,
} from '../../src/sspi/kerberos/messages/authorization-data.js';
import {
  encodeEncryptedData,
  encodeEncryptionKey,
  readEncryptedData,
  readEncryptionKey,
} from '../../src/sspi/kerberos/messages/encrypted-data.js';
import {
  decodeGssToken,
  encodeGssToken,
  KERBEROS,
  MICROSOFT_KERBEROS,
  TOKEN_ID,
} from '../../src/sspi/kerberos/messages/gss-token.js';
import { decodeEncKdcRepPart, decodeKdcRep } from '../../src/sspi/kerberos/messages/kdc-reply.js';
import { encodeKdcReq, encodeKdcReqBody } from '../../src/sspi/kerberos/messages/kdc-request.js';
import { decodeKrbError, encodeKrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import {
  decodeEtypeInfo2,
  decodeMethodData,
  encodeMethodData,
  encodePaEncTsEnc,
} from '../../src/sspi/kerberos/messages/pa-data.js';
import {
  decodeKdcReq,
  decodeKdcReqBody,
} from '../../src/sspi/kerberos/messages/read-kdc-request.js';
import {
  decodeValue,
  readKerberosFlags,
  readKerberosString,
  readKerberosTime,
  readUInt32,
} from '../../src/sspi/kerberos/messages/read-types.js';
import { decodeEncTicketPart, decodeTicket } from '../../src/sspi/kerberos/messages/ticket.js';
import { encodeTime } from '../../src/sspi/kerberos/messages/time.js';
import { encodeElement } from '../../src/sspi/kerberos/messages/write-types.js';
import { messageVector as mit } from '../support/kerberos.js';
import {
  decodePaEncTsEnc,
  encodeEncKdcRepPart,
  encodeEtypeInfo2,
  encodeKdcRep,
} from '../support/kerberos-kdc.js';
import { bytes, hex } from '../support/ntlm.js';

const text = (value: string) => Uint8Array.from(Buffer.from(value));
const invalid = (message: RegExp) => ({ name: 'SspiError', code: 'SEC_E_INVALID_TOKEN', message });

// The sample values of MIT's ktest.c.
const REALM = 'ATHENA.MIT.EDU';
const NAME = { nameType: 1, nameString: ['hftsai', 'extra'] };
const TIME = Date.UTC(1994, 5, 10, 6, 3, 17) / 1000;
const USEC = 123_456;
const FLAGS = 0xfedcba98;
const KEY = { keytype: 1, keyvalue: text('12345678') };
const ENCRYPTED = { etype: 0, kvno: 5, cipher: text('krbASN.1 test message') };
const ADDRESS = { addrType: 2, address: Uint8Array.of(18, 208, 0, 35) };
const AUTHORIZATION = { adType: 1, adData: text('foobar') };
const PADATA = { padataType: 13, padataValue: text('pa-data') };
const TICKET = { realm: REALM, sname: NAME, encPart: ENCRYPTED };

/** Values that print and compare by their content: bytes in hex, and absent fields absent. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, plain(field)]));
}

function same(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected));
}

describe("Kerberos messages: the encodings of MIT Kerberos' tests", () => {
  it('Ticket and EncTicketPart', () => {
    const ticket = mit('ticket');
    same(decodeTicket(ticket), { ...TICKET, der: ticket });
    assert.equal(hex(encodeTicket(TICKET)), hex(ticket));

    const least = {
      flags: FLAGS,
      key: KEY,
      crealm: REALM,
      cname: NAME,
      transited: { trType: 1, contents: text('EDU,MIT.,ATHENA.,WASHINGTON.EDU,CS.') },
      authtime: TIME,
      endtime: TIME,
    };
    const all = {
      ...least,
      starttime: TIME,
      renewTill: TIME,
      caddr: [ADDRESS, ADDRESS],
      authorizationData: [AUTHORIZATION, AUTHORIZATION],
    };
    same(decodeEncTicketPart(mit('enc_tkt_part')), all);
    same(decodeEncTicketPart(mit('enc_tkt_part(optionals NULL)')), least);
    assert.equal(hex(encodeEncTicketPart(all)), hex(mit('enc_tkt_part')));
    assert.equal(hex(encodeEncTicketPart(least)), hex(mit('enc_tkt_part(optionals NULL)')));
  });

  it('AP-REQ and Authenticator', () => {
    const ticket = { ...TICKET, der: mit('ticket') };
    same(decodeApReq(mit('ap_req')), { apOptions: FLAGS, ticket, authenticator: ENCRYPTED });
    assert.equal(hex(encodeApReq(FLAGS, ticket.der, ENCRYPTED)), hex(mit('ap_req')));

    const least = { crealm: REALM, cname: NAME, cusec: USEC, ctime: TIME };
    const all = {
      ...least,
      cksum: { cksumtype: 1, checksum: text('1234') },
      subkey: KEY,
      seqNumber: 17,
      authorizationData: [AUTHORIZATION, AUTHORIZATION],
    };
    same(decodeAuthenticator(mit('authenticator')), all);
    same(decodeAuthenticator(mit('authenticator(optionals NULL)')), least);
    assert.equal(hex(encodeAuthenticator(all)), hex(mit('authenticator')));
    assert.equal(hex(encodeAuthenticator(least)), hex(mit('authenticator(optionals NULL)')));
    assert.equal(hex(encodeAuthenticator(least)), hex(mit('authenticator(optionals empty)')));
  });

  it('AP-REP and EncAPRepPart', () => {
    same(decodeApRep(mit('ap_rep')), ENCRYPTED);
    assert.equal(hex(encodeApRep(ENCRYPTED)), hex(mit('ap_rep')));
    const least = { ctime: TIME, cusec: USEC };
    const all = { ...least, subkey: KEY, seqNumber: 17 };
    same(decodeEncApRepPart(mit('ap_rep_enc_part')), all);
    same(decodeEncApRepPart(mit('ap_rep_enc_part(optionals NULL)')), least);
    assert.equal(hex(encodeEncApRepPart(all)), hex(mit('ap_rep_enc_part')));
    assert.equal(hex(encodeEncApRepPart(least)), hex(mit('ap_rep_enc_part(optionals NULL)')));
  });

  it('AS-REQ, TGS-REQ and KDC-REQ-BODY', () => {
    const ticket = { ...TICKET, der: mit('ticket') };
    // Without enc-tkt-in-skey.
    const kdcOptions = 0xfedcba90;
    const least = { kdcOptions, realm: REALM, sname: NAME, till: TIME, nonce: 42, etype: [0, 1] };
    const all = {
      ...least,
      cname: NAME,
      from: TIME,
      rtime: TIME,
      addresses: [ADDRESS, ADDRESS],
      encAuthorizationData: ENCRYPTED,
      additionalTickets: [ticket, ticket],
    };
    same(decodeKdcReqBody(mit('kdc_req_body')), all);
    const body = encodeKdcReqBody(least);
    assert.equal(hex(body), hex(mit('kdc_req_body(optionals NULL except server)')));
    for (const [type, name] of [
      ['AS-REQ', 'as_req'],
      ['TGS-REQ', 'tgs_req'],
    ] as const) {
      same(decodeKdcReq(type, mit(name)), { padata: [PADATA, PADATA], body: all });
      const short = mit(`${name}(optionals NULL except server)`);
      same(decodeKdcReq(type, short), { body: least });
      assert.equal(hex(encodeKdcReq(type, undefined, body)), hex(short));
      const own = { ...least, cname: NAME, rtime: TIME };
      const request = encodeKdcReq(type, [PADATA], encodeKdcReqBody(own));
      same(decodeKdcReq(type, request), { padata: [PADATA], body: own });
    }
  });

  it('AS-REP, TGS-REP and EncKDCRepPart', () => {
    const ticket = { ...TICKET, der: mit('ticket') };
    const least = { crealm: REALM, cname: NAME, ticket, encPart: ENCRYPTED };
    const all = { ...least, padata: [PADATA, PADATA] };
    for (const [type, name] of [
      ['AS-REP', 'as_rep'],
      ['TGS-REP', 'tgs_rep'],
    ] as const) {
      same(decodeKdcRep(type, mit(name)), all);
      same(decodeKdcRep(type, mit(`${name}(optionals NULL)`)), least);
      assert.equal(hex(encodeKdcRep(type, all)), hex(mit(name)));
      assert.equal(hex(encodeKdcRep(type, least)), hex(mit(`${name}(optionals NULL)`)));
    }
    assert.throws(() => decodeKdcRep('AS-REP', mit('tgs_rep')), invalid(/^AS-REP\.tag/));

    const entry = { lrType: -5, lrValue: TIME };
    const leastPart = {
      key: KEY,
      lastReq: [entry, entry],
      nonce: 42,
      // Without renewable.
      flags: 0xfe5cba98,
      authtime: TIME,
      endtime: TIME,
      srealm: REALM,
      sname: NAME,
    };
    const allPart = {
      ...leastPart,
      flags: FLAGS,
      keyExpiration: TIME,
      starttime: TIME,
      renewTill: TIME,
      caddr: [ADDRESS, ADDRESS],
    };
    same(decodeEncKdcRepPart(mit('enc_kdc_rep_part')), allPart);
    same(decodeEncKdcRepPart(mit('enc_kdc_rep_part(optionals NULL)')), leastPart);
    assert.equal(hex(encodeEncKdcRepPart(26, allPart)), hex(mit('enc_kdc_rep_part')));
    const padded = { ...allPart, encryptedPaData: [PADATA] };
    same(decodeEncKdcRepPart(encodeEncKdcRepPart(25, padded)), padded);
  });

  it('KRB-ERROR', () => {
    const least = {
      cusec: USEC,
      stime: TIME,
      susec: USEC,
      errorCode: 60,
      realm: REALM,
      sname: NAME,
    };
    const all = {
      ...least,
      ctime: TIME,
      crealm: REALM,
      cname: NAME,
      eText: 'krb5data',
      eData: text('krb5data'),
    };
    same(decodeKrbError(mit('error')), all);
    same(decodeKrbError(mit('error(optionals NULL)')), least);
    assert.equal(hex(encodeKrbError(all)), hex(mit('error')));
    assert.equal(hex(encodeKrbError(least)), hex(mit('error(optionals NULL)')));
  });

  it('METHOD-DATA, ETYPE-INFO2 and PA-ENC-TS-ENC', () => {
    same(decodeMethodData(mit('padata_sequence')), [PADATA, PADATA]);
    same(decodeMethodData(mit('padata_sequence(empty)')), []);
    assert.equal(hex(encodeMethodData([PADATA, PADATA])), hex(mit('padata_sequence')));
    const entries = [0, 1, 2].map((etype) => ({
      etype,
      ...(etype !== 1 && { salt: text(`Morton's #${etype}`) }),
      s2kparams: text(`s2k: ${etype}`),
    }));
    same(decodeEtypeInfo2(mit('etype_info2')), entries);
    same(decodeEtypeInfo2(mit('etype_info2(only 1)')), entries.slice(0, 1));
    assert.equal(hex(encodeEtypeInfo2(entries)), hex(mit('etype_info2')));
    assert.equal(hex(encodePaEncTsEnc(TIME, USEC)), hex(mit('pa_enc_ts')));
    same(decodePaEncTsEnc(mit('pa_enc_ts')), { patimestamp: TIME, pausec: USEC });
    same(decodePaEncTsEnc(mit('pa_enc_ts (no usec)')), { patimestamp: TIME });
  });

  it('AuthorizationData, EncryptionKey and EncryptedData', () => {
    const data = mit('authorization_data');
    same(decodeAuthorizationData(data), [AUTHORIZATION, AUTHORIZATION]);
    assert.equal(hex(encodeAuthorizationData([AUTHORIZATION, AUTHORIZATION])), hex(data));
    same(decodeValue(mit('keyblock'), 'key', readEncryptionKey), KEY);
    assert.equal(hex(encodeElement(encodeEncryptionKey(KEY))), hex(mit('keyblock')));
    same(decodeValue(mit('enc_data'), 'data', readEncryptedData), ENCRYPTED);
    assert.equal(hex(encodeElement(encodeEncryptedData(ENCRYPTED))), hex(mit('enc_data')));
  });

  it('a kvno in the upper half of UInt32, which MIT encodes as a negative number', () => {
    const kvnoOf = (name: string) => decodeValue(mit(name), 'data', readEncryptedData).kvno;
    assert.equal(kvnoOf('enc_data(MSB-set kvno)'), 0xff000000);
    assert.equal(kvnoOf('enc_data(kvno=-1)'), 0xffffffff);
    const own = encodeElement(encodeEncryptedData({ ...ENCRYPTED, kvno: 0xff000000 }));
    assert.equal(decodeValue(own, 'data', readEncryptedData).kvno, 0xff000000);
  });
});

describe('Kerberos messages: malformed', () => {
  it('errors name the field and its offset', () => {
    const request = mit('ap_req');
    const at = hex(request).indexOf(hex(text('hftsai'))) / 2;
    const altered = new Uint8Array(request);
    altered[at] = 0xff;
    assert.throws(() => decodeApReq(altered), {
      code: 'SEC_E_INVALID_TOKEN',
      path: 'AP-REQ.ticket.sname.name-string.component[0].value',
      offset: at,
      message: `AP-REQ.ticket.sname.name-string.component[0].value: is not UTF-8 (at offset ${at})`,
    });
  });

  it('other versions, message types, bytes after the end, and missing fields are rejected', () => {
    const request = hex(mit('ap_req'));
    const decode = (changed: string) => () => decodeApReq(bytes(changed));
    const replace = (from: string, to: string) => decode(request.replace(from, to));
    assert.throws(replace('a003020105', 'a003020104'), invalid(/^AP-REQ\.pvno\.value: is 4/));
    assert.throws(replace('a10302010e', 'a10302010c'), invalid(/^AP-REQ\.msg-type\.value: is 12/));
    assert.throws(decode(`${request}00`), invalid(/^AP-REQ: 1 byte left over/));
    assert.throws(replace('a207030500', 'a307030500'), invalid(/^AP-REQ\.ap-options\.tag/));
    for (const nothing of ['', '6e', '6e00', '6e023000', '6f00']) {
      assert.throws(decode(nothing), invalid(/^AP-REQ/));
    }
  });

  it('lists are bounded', () => {
    const many = encodeMethodData(Array.from({ length: 257 }, () => PADATA));
    assert.throws(
      () => decodeMethodData(many),
      invalid(/^METHOD-DATA\.PA-DATA\[256\]: is one more than the 256 allowed/),
    );
    const names = { nameType: 1, nameString: Array.from({ length: 65 }, () => 'a') };
    const ticket = encodeTicket({ ...TICKET, sname: names });
    assert.throws(() => decodeTicket(ticket), invalid(/component\[64\]: is one more than/));
  });
});

describe('KerberosTime', () => {
  const read = (value: string) =>
    decodeValue(Uint8Array.from([0x18, value.length, ...text(value)]), 'time', readKerberosTime);

  it('is read in seconds since 1970', () => {
    assert.equal(read('19700101000000Z'), 0);
    assert.equal(read('20370913024805Z'), 2_136_422_885);
    assert.equal(read('99991231235959Z'), 253_402_300_799);
    assert.equal(read('16010101000000Z'), -11_644_473_600);
    assert.equal(read('20240229120000Z'), 1_709_208_000);
  });

  it('is each day of the calendar and no other', () => {
    const digits = (number: number, length: number) => String(number).padStart(length, '0');
    for (const year of [100, 400, 1600, 1700, 1899, 1900, 2000, 2023, 2024, 2100, 9999]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const value = `${digits(year, 4)}${digits(month, 2)}${digits(day, 2)}235959Z`;
          const date = new Date(Date.UTC(year, month - 1, day, 23, 59, 59));
          if (date.getUTCMonth() === month - 1 && date.getUTCDate() === day) {
            assert.equal(read(value), date.getTime() / 1000, value);
            assert.equal(new TextDecoder().decode(encodeTime(date.getTime() / 1000)), value);
          } else assert.throws(() => read(value), invalid(/is not a time of the form/), value);
        }
      }
    }
  });

  it('has one form and is a real time', () => {
    for (const wrong of [
      '',
      '19700101000000',
      '197001010000Z',
      '19700101000000.0Z',
      '19700101000000+0000',
      '1970-01-01T00:0',
      '20230229120000Z',
      '20231301000000Z',
      '20230100000000Z',
      '20230101240000Z',
      '20230101006000Z',
      '20230101000060Z',
      '2023010100000aZ',
      '00500101000000Z',
    ]) {
      assert.throws(() => read(wrong), invalid(/^time\.value: is not a time of the form/), wrong);
    }
  });
});

describe('the other basic types of Kerberos', () => {
  it('KerberosFlags: missing bits are zero and bits beyond 32 are ignored', () => {
    const read = (der: string) => decodeValue(bytes(der), 'flags', readKerberosFlags);
    assert.equal(read('030500fedcba98'), FLAGS);
    assert.equal(read('03020540'), 0x40000000);
    assert.equal(read('030100'), 0);
    assert.equal(read('03070080000001ffff'), 0x80000001);
    for (const wrong of ['0300', '030101', '03020840', '040500fedcba98']) {
      assert.throws(() => read(wrong), invalid(/^flags/));
    }
  });

  it('UInt32: negative numbers are those of 32 bits', () => {
    const read = (der: string) => decodeValue(bytes(der), 'number', readUInt32);
    assert.equal(read('020500ffffffff'), 0xffffffff);
    assert.equal(read('0201ff'), 0xffffffff);
    assert.equal(read('020480000000'), 0x80000000);
    assert.throws(() => read('02050100000000'), invalid(/is 4294967296/));
    assert.throws(() => read('0205ff7fffffff'), invalid(/is -2147483649/));
  });

  it('KerberosString: UTF-8, with no character lost or replaced', () => {
    const read = (value: Uint8Array) =>
      decodeValue(Uint8Array.from([0x1b, value.length, ...value]), 'name', readKerberosString);
    for (const name of ['', 'host', 'Jürgen 𝄞', '\ufeffx', 'a\0b']) {
      assert.equal(read(text(name)), name);
    }
    for (const wrong of ['ff', 'c328', 'eda080', 'f09d84', 'c0af']) {
      assert.throws(() => read(bytes(wrong)), invalid(/^name\.value: is not UTF-8/));
    }
  });

  it('KRB-ERROR: a text in any encoding, without the NUL of a C string', () => {
    const error = decodeKrbError(mit('error'));
    const withText = (eText: string) => decodeKrbError(encodeKrbError({ ...error, eText })).eText;
    assert.equal(withText('NEEDED_PREAUTH\0'), 'NEEDED_PREAUTH');
    const latin1 = bytes(hex(mit('error')).replace(hex(text('krb5data')), 'e46264e4e4e46262'));
    assert.equal(decodeKrbError(latin1).eText, '\ufffdbd\ufffd\ufffd\ufffdbb');
  });
});

describe('the GSS-API tokens of Kerberos', () => {
  it('have the framing of RFC 2743 3.1', () => {
    const message = mit('ap_req');
    const token = encodeGssToken(TOKEN_ID['AP-REQ'], message);
    assert.equal(hex(token.subarray(0, 17)), '6081ad06092a864886f71201020201006e');
    same(decodeGssToken(token), { tokenId: 0x0100, message });
    const microsoft = bytes(hex(token).replace(KERBEROS, MICROSOFT_KERBEROS));
    same(decodeGssToken(microsoft), { tokenId: 0x0100, message });
  });

  it('of other mechanisms are no Kerberos, and malformed ones are rejected', () => {
    const token = hex(encodeGssToken(TOKEN_ID['KRB-ERROR'], Uint8Array.of(7)));
    const other = bytes(token.replace(KERBEROS, '2a864886f712010203'));
    assert.throws(() => decodeGssToken(other), { code: 'SEC_E_SECPKG_NOT_FOUND' });
    for (let length = 0; length < token.length / 2; length++) {
      assert.throws(() => decodeGssToken(bytes(token).subarray(0, length)), invalid(/^Initial/));
    }
    assert.throws(() => decodeGssToken(bytes(`${token}00`)), invalid(/left over/));
    assert.throws(
      () => decodeGssToken(bytes('600c06092a864886f71201020201')),
      invalid(/^InitialContextToken\.TOK_ID: needs 2 bytes, 1 left/),
    );
  });

  it('have the checksum 0x8003 of RFC 4121 4.1.1', () => {
    const bindings = Uint8Array.from({ length: 16 }, (_, index) => index);
    const checksum = encodeAuthenticatorChecksum(bindings, 0x3e);
    assert.equal(hex(checksum), '10000000000102030405060708090a0b0c0d0e0f3e000000');
    same(decodeAuthenticatorChecksum(checksum), { bindings, flags: 0x3e });
    const delegated = bytes('10000000000102030405060708090a0b0c0d0e0f3f00000001000300aabbcc');
    const delegation = bytes('aabbcc');
    same(decodeAuthenticatorChecksum(delegated), { bindings, flags: 0x3f, delegation });
    const extended = Uint8Array.from([...delegated, 1, 2, 3]);
    same(decodeAuthenticatorChecksum(extended), { bindings, flags: 0x3f, delegation });
    for (let length = 0; length < delegated.length; length++) {
      const short = delegated.subarray(0, length);
      assert.throws(() => decodeAuthenticatorChecksum(short), invalid(/^cksum\./));
    }
    const wrong = Uint8Array.from(delegated);
    wrong[0] = 15;
    assert.throws(() => decodeAuthenticatorChecksum(wrong), invalid(/^cksum\.Lgth: is 15/));
    wrong.set([16, 0, 0, 0]);
    wrong[24] = 2;
    assert.throws(() => decodeAuthenticatorChecksum(wrong), invalid(/^cksum\.DlgOpt: is 2/));
  });
});
