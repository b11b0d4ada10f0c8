import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { derElement } from '../../src/bytes/write-der.js';
import { kindOf } from '../../src/cli/inspect/inspection.js';
import { treeOf } from '../../src/cli/inspect/token-tree.js';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { encodeApReq, encodeAuthenticator } from '../../src/sspi/kerberos/messages/ap-request.js';
import { GSS_CHECKSUM_TYPE } from '../../src/sspi/kerberos/messages/authenticator-checksum.js';
import { encodeAuthorizationData } from '../../src/sspi/kerberos/messages/authorization-data.js';
import { encodeGssToken, TOKEN_ID } from '../../src/sspi/kerberos/messages/gss-token.js';
import { encodeKrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import { encodeMethodData } from '../../src/sspi/kerberos/messages/pa-data.js';
import { decodeTicket } from '../../src/sspi/kerberos/messages/ticket.js';
import {
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
} from '../../src/sspi/spnego/token.js';
import { run } from '../support/command.js';
import { temporaryFolder } from '../support/folders.js';
import { ETYPE_NUMBERS, messageVector as mit } from '../support/kerberos.js';
import { encodeEtypeInfo2, encodeKdcRep } from '../support/kerberos-kdc.js';
import { CLIENT, issueTicket, newServiceKey, REALM, SERVICE } from '../support/kerberos-ticket.js';
import { kerberosHandshake } from '../support/kerberos-tokens.js';
import { bytes, hex } from '../support/ntlm.js';
import { ascii } from '../support/sspi.js';

const AES256 = 18;
const RC4 = 23;
const KERBEROS = '2a864886f712010202';

const folder = temporaryFolder();
const own = newServiceKey(AES256);
const pac = encodeAuthorizationData([
  { adType: 1, adData: encodeAuthorizationData([{ adType: 128, adData: new Uint8Array(40) }]) },
]);
const authorizationData = [{ adType: 1, adData: pac }];
const exchange = kerberosHandshake(own, { ticket: { part: { authorizationData } } });

const base64 = (token: Uint8Array) => Buffer.from(token).toString('base64');
const inspect = (token: Uint8Array, ...options: string[]) =>
  run(['inspect', ...options, base64(token)]);
const keytabOf = (name: string, content: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const keytab = keytabOf('own.keytab', encodeKeytab(own));

const error = (errorCode: number, eData?: Uint8Array) =>
  encodeKrbError({ stime: 0, susec: 0, errorCode, realm: REALM, sname: SERVICE, eData });

describe('tokenbinding inspect with Kerberos', () => {
  it('shows an AP-REQ, with its encrypted parts marked', () => {
    const { status, stdout } = inspect(exchange.request);
    assert.equal(status, 0);
    const size = exchange.request.length;
    assert.match(stdout, new RegExp(`^Kerberos token, ${size} bytes\nInitialContextToken\n`));
    assert.match(
      stdout,
      /^ {2}thisMech +Kerberos 5\n {2}TOK_ID +AP-REQ\n {2}message\n {4}AP-REQ$/m,
    );
    assert.match(stdout, /^ {6}ap-options +4 bytes {2}20000000\n {8}mutual-required$/m);
    assert.match(stdout, /^ {8}realm +"EXAMPLE\.TEST"$/m);
    assert.match(
      stdout,
      /^ {8}sname\n {10}name-type +NT-SRV-INST \(2\)\n {10}component\[0\] +"HTTP"\n {10}component\[1\] +"www\.example\.test"$/m,
    );
    assert.match(
      stdout,
      /^ {8}enc-part\n {10}etype +aes256-cts-hmac-sha1-96 \(18\)\n {10}kvno +3\n {10}cipher +encrypted, \d+ bytes$/m,
    );
    assert.match(stdout, /^ {6}authenticator\n {8}etype .*\n {8}cipher +encrypted, \d+ bytes\n$/m);
  });

  it('shows an AP-REP and a KRB-ERROR with the name and the meaning of its code', () => {
    const reply = inspect(exchange.reply);
    assert.equal(reply.status, 0);
    assert.match(
      reply.stdout,
      /^ {4}AP-REP\n {6}enc-part\n {8}etype .*\n {8}cipher +encrypted, \d+ bytes\n$/m,
    );
    const { stdout } = inspect(encodeGssToken(TOKEN_ID['KRB-ERROR'], error(37)));
    assert.match(stdout, /^ {2}TOK_ID +KRB-ERROR$/m);
    assert.match(stdout, /error-code +KRB_AP_ERR_SKEW \(37\): the clocks differ too much$/m);
    assert.match(stdout, /stime +1970-01-01T00:00:00Z$/m);
    assert.match(inspect(mit('error')).stdout, /^ {2}e-text +"krb5data"$/m);
    assert.match(
      inspect(error(-3)).stdout,
      /error-code +unknown error \(-3\): no RFC has this code$/m,
    );
  });

  it('shows the methods that a KDC offers', () => {
    const info = encodeEtypeInfo2([{ etype: AES256, salt: ascii('EXAMPLE.TESTalice') }]);
    const methods = encodeMethodData([
      { padataType: 2, padataValue: new Uint8Array(0) },
      { padataType: 19, padataValue: info },
    ]);
    const { stdout, status } = inspect(error(25, methods));
    assert.equal(status, 0);
    assert.match(stdout, /padata-type +PA-ENC-TIMESTAMP \(2\)$/m);
    assert.match(stdout, /etype +aes256-cts-hmac-sha1-96 \(18\)\n +salt +"EXAMPLE\.TESTalice"$/m);
    // Other codes have other data.
    assert.match(inspect(error(60, methods)).stdout, /e-data +\d+ bytes {2}30/);
  });

  it('shows MIC tokens and Wrap tokens', () => {
    const { security = assert.fail('no message security') } = exchange.server;
    const message = { bytes: ascii('a message'), flag: undefined };
    const mic = inspect(security.sign([message]));
    assert.equal(mic.status, 0);
    assert.match(mic.stdout, /^Kerberos token, 28 bytes\nMIC token\n {2}TOK_ID +MIC$/m);
    assert.match(
      mic.stdout,
      /^ {2}Flags\n {4}SentByAcceptor\n {4}AcceptorSubkey\n {2}SND_SEQ +\d+$/m,
    );
    assert.match(mic.stdout, /^ {2}SGN_CKSUM +12 bytes/m);
    const wrap = (encrypt: boolean) => {
      const { trailer, data } = security.encrypt([message], { encrypt, sequence: 0 });
      return Buffer.concat([trailer, ...data]);
    };
    const sealed = inspect(wrap(true));
    assert.match(sealed.stdout, /^ {4}Sealed$/m);
    assert.match(sealed.stdout, /^ {2}EC +0\n {2}RRC +28$/m);
    assert.match(sealed.stdout, /^ {2}ciphertext +encrypted, 53 bytes$/m);
    const signed = wrap(false);
    const { stdout } = inspect(signed);
    assert.match(stdout, /^ {2}checksum +12 bytes .*\n {2}data +9 bytes {2}61206d657373616765$/m);
    signed[7] = 0;
    assert.match(inspect(signed).stdout, /^ {2}rotated data and checksum +21 bytes/m);
  });

  it('shows the messages between a client and a KDC', () => {
    for (const [name, title] of [
      ['as_req', 'AS-REQ'],
      ['as_rep', 'AS-REP'],
      ['tgs_req', 'TGS-REQ'],
      ['tgs_rep', 'TGS-REP'],
    ] as const) {
      const { stdout, status } = inspect(mit(name));
      assert.equal(status, 0, name);
      assert.ok(stdout.includes(`\n${title}\n  padata\n`), stdout);
      assert.match(stdout, /cipher +encrypted, 21 bytes$/m);
    }
    const { stdout } = inspect(mit('as_req'));
    assert.match(stdout, /kdc-options +4 bytes {2}fedcba90\n {6}bit 0\n {6}forwardable$/m);
    assert.match(stdout, /etype\[1\] +des-cbc-crc \(1\)$/m);
    assert.match(stdout, /nonce +42$/m);
  });

  it('shows Kerberos inside SPNEGO and after a header, in each encoding', () => {
    const init = encodeNegTokenInit(encodeMechTypeList([KERBEROS]), exchange.request);
    const { stdout, status } = run(['inspect', `WWW-Authenticate: Negotiate ${base64(init)}`]);
    assert.equal(status, 0);
    assert.match(stdout, /^SPNEGO token/);
    assert.match(stdout, /^ {4}mechToken\n {6}InitialContextToken\n/m);
    assert.match(stdout, /^ {10}AP-REQ$/m);
    const mechListMIC = exchange.server.security?.sign([{ bytes: ascii('list'), flag: undefined }]);
    const resp = encodeNegTokenResp({ responseToken: exchange.reply, mechListMIC });
    const answer = inspect(resp).stdout;
    assert.match(answer, /^ {2}responseToken\n {4}InitialContextToken\n/m);
    assert.match(answer, /^ {2}mechListMIC\n {4}MIC token\n/m);
    const wanted = inspect(exchange.request).stdout;
    assert.equal(run(['inspect', hex(exchange.request)]).stdout, wanted);
    assert.equal(run(['inspect', `Negotiate ${base64(exchange.request)}`]).stdout, wanted);
    assert.equal(run(['inspect', '-'], exchange.request).stdout, wanted);
  });

  it('prints JSON', () => {
    const { kind, length, nodes, faults } = JSON.parse(inspect(exchange.request, '--json').stdout);
    assert.deepEqual([kind, length, faults], ['kerberos', exchange.request.length, []]);
    const [{ fields }] = nodes;
    assert.deepEqual(fields[1], {
      name: 'TOK_ID',
      fields: [],
      offset: fields[1].offset,
      length: 2,
      meaning: 'AP-REQ',
    });
  });

  it('shows a damaged token up to its fault', () => {
    const cut = inspect(mit('ap_req').subarray(0, 100));
    assert.equal(cut.status, 1);
    assert.match(cut.stdout, /^AP-REQ\ndamaged: AP-REQ\.length: needs 157 bytes, 97 left/m);
    const broken = new Uint8Array(mit('ap_req'));
    broken[125] = 0x04;
    const { status, stdout } = inspect(broken);
    assert.equal(status, 1);
    assert.match(stdout, /^ {4}realm +"ATHENA\.MIT\.EDU"$/m);
    assert.match(stdout, /^damaged: AP-REQ\.authenticator\.etype\.tag: is 0x04, not 0xa0/m);
    const inner = inspect(encodeGssToken(TOKEN_ID['AP-REQ'], broken));
    assert.match(inner.stdout, /^ {8}realm +"ATHENA\.MIT\.EDU"$/m);
    assert.match(inner.stdout, /^damaged: AP-REQ\.authenticator/m);
    const { faults } = JSON.parse(inspect(broken, '--json').stdout);
    assert.deepEqual(
      [faults[0].code, faults[0].path],
      ['SEC_E_INVALID_TOKEN', 'AP-REQ.authenticator.etype.tag'],
    );
    const short = bytes('050406ff0000001c00000000');
    assert.match(inspect(short).stdout, /^damaged: Wrap token\.SND_SEQ: needs 8 bytes, 4 left/m);
  });
});

describe('tokenbinding inspect --keytab', () => {
  it('shows what is in the ticket and in the authenticator, and no key', () => {
    const { status, stdout } = inspect(exchange.request, '--keytab', keytab);
    assert.equal(status, 0);
    assert.match(stdout, /^ {6}EncTicketPart\n {8}flags +4 bytes {2}40200000\n {10}forwardable$/m);
    assert.match(
      stdout,
      /^ {8}key\n {10}keytype +aes256-cts-hmac-sha1-96 \(18\)\n {10}keyvalue +32 bytes, not shown$/m,
    );
    assert.match(stdout, /^ {8}crealm +"EXAMPLE\.TEST"$/m);
    assert.match(stdout, /^ {8}endtime +20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m);
    assert.match(stdout, /ad-type +AD-IF-RELEVANT \(1\)$/m);
    assert.match(stdout, /ad-type +AD-WIN2K-PAC \(128\)\n +ad-data +40 bytes/m);
    assert.match(stdout, /^ {6}Authenticator\n/m);
    assert.match(stdout, /^ {14}Bnd +no channel bindings\n {14}Flags\n {16}GSS_C_MUTUAL_FLAG$/m);
    assert.match(
      stdout,
      /subkey\n +keytype .*\n +keyvalue +32 bytes, not shown\n +seq-number +\d+$/m,
    );
  });

  it('shows no byte of a key or of a delegated credential, also as JSON', () => {
    const issued = issueTicket(own);
    const { sessionKey } = issued;
    const subkey = { keytype: AES256, keyvalue: new Uint8Array(32).fill(0xa5) };
    const credential = new Uint8Array(48).fill(0xc7);
    const checksum = Buffer.concat([
      bytes(`10000000${'00'.repeat(16)}010000000100`),
      Uint8Array.of(credential.length, 0),
      credential,
    ]);
    const authenticator = encodeAuthenticator({
      crealm: REALM,
      cname: CLIENT,
      cksum: { cksumtype: GSS_CHECKSUM_TYPE, checksum },
      ctime: 0,
      cusec: 0,
      subkey,
    });
    const cipher = sessionKey.encrypt(11, authenticator);
    const request = encodeApReq(0, issued.ticket, { etype: AES256, cipher });
    const { stdout, status } = inspect(request, '--keytab', keytab, '--json');
    assert.equal(status, 0);
    assert.match(stdout, /"48 bytes, not shown"/);
    for (const secret of [sessionKey.bytes, subkey.keyvalue, credential, own.key.bytes]) {
      for (let start = 0; start + 8 <= secret.length; start += 8) {
        assert.ok(!stdout.includes(hex(secret.subarray(start, start + 8))));
      }
    }
  });

  it('decrypts with each encryption type, and inside SPNEGO', () => {
    for (const etype of ETYPE_NUMBERS) {
      const key = newServiceKey(etype);
      const flags = etype === RC4 ? [] : (['confidentiality'] as const);
      const { request } = kerberosHandshake(key, { initialize: { flags } });
      const init = encodeNegTokenInit(encodeMechTypeList([KERBEROS]), request);
      const { nodes, faults } = treeOf(init, [key]);
      assert.deepEqual(faults, []);
      assert.match(JSON.stringify(nodes), /"text":"alice"/);
    }
  });

  it('decrypts the ticket in an answer of a KDC', () => {
    const ticket = decodeTicket(issueTicket(own).ticket);
    const encPart = { etype: AES256, cipher: new Uint8Array(30) };
    const reply = encodeKdcRep('TGS-REP', { crealm: REALM, cname: CLIENT, ticket, encPart });
    const { nodes, faults } = treeOf(reply, [own]);
    assert.deepEqual(faults, []);
    assert.equal(nodes[0]?.fields.at(-1)?.name, 'EncTicketPart');
  });

  it('says why it cannot decrypt, shows the rest, and exits with 1', () => {
    const ticket =
      'it is for "HTTP/www.example.test@EXAMPLE.TEST" and has kvno 3 with etype 18 (aes256-cts-hmac-sha1-96); the keytab has';
    const altered = `the ticket is for another key, or it was altered: ${ticket}`;
    const noKey = `there is no key for the ticket: ${ticket}`;
    const others = [
      [newServiceKey(AES256), `${altered} kvno 3 with etype 18 (aes256-cts-hmac-sha1-96), of`],
      [newServiceKey(AES256, 4), `${noKey} kvno 4 with etype 18 (aes256-cts-hmac-sha1-96), of`],
      [newServiceKey(17), `${noKey} kvno 3 with etype 17 (aes128-cts-hmac-sha1-96), of`],
    ] as const;
    for (const [index, [key, message]] of others.entries()) {
      const path = keytabOf(`other-${index}.keytab`, encodeKeytab(key));
      const { status, stdout } = inspect(exchange.request, '--keytab', path);
      assert.equal(status, 1);
      assert.match(stdout, /^ {8}realm +"EXAMPLE\.TEST"$/m);
      assert.ok(stdout.includes(`\nnot decrypted: ${message}`), stdout);
    }
    const { faults } = treeOf(mit('ap_req'), [own]);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['SEC_E_KDC_UNKNOWN_ETYPE'],
    );
  });

  it('is a usage error if the keytab cannot be used, or has nothing to do', () => {
    const damaged = keytabOf('damaged.keytab', ascii('no keytab'));
    for (const [path, message] of [
      [join(folder, 'none'), /--keytab: the keytab .* cannot be read/],
      [damaged, /--keytab: .*damaged\.keytab: version: is not that of a keytab/],
    ] as const) {
      const { status, stdout, stderr } = inspect(exchange.request, '--keytab', path);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, message);
    }
    for (const token of [bytes('0000'), ascii('NTLMSSP\0')]) {
      const { status, stderr } = inspect(token, '--keytab', keytab);
      assert.equal(status, 2);
      assert.match(stderr, /--keytab needs a Kerberos token, which may be in SPNEGO/);
    }
  });

  it('shows nested AD-IF-RELEVANT up to a depth, and the rest as bytes', () => {
    let data: Uint8Array = new Uint8Array(4);
    for (let depth = 0; depth < 1000; depth++) {
      data = encodeAuthorizationData([{ adType: 1, adData: data }]);
    }
    const part = { authorizationData: [{ adType: 1, adData: data }] };
    const { request } = kerberosHandshake(own, { ticket: { part } });
    const { nodes, faults } = treeOf(request, [own]);
    assert.deepEqual(faults, []);
    const text = JSON.stringify(nodes);
    assert.ok(text.split('AuthorizationData').length < 10);
    assert.ok(text.length < 5 * request.length);
  });

  it('tells Kerberos from other inputs with the same first byte', () => {
    const long = new Uint8Array(2 + 0x6e82);
    long.set([0x6e, 0x82, 0, 2]);
    assert.equal(kindOf(long), 'token-binding');
    assert.equal(kindOf(bytes('6e0a0101')), 'token-binding');
    assert.equal(kindOf(derElement(0x6e, derElement(0x30))), 'kerberos');
    assert.equal(kindOf(bytes('0404ffffff')), 'token-binding');
    assert.equal(kindOf(bytes('040400ffffffffff')), 'kerberos');
    assert.equal(kindOf(derElement(0x60, derElement(0x06, bytes(KERBEROS)))), 'kerberos');
    assert.equal(kindOf(derElement(0x60, derElement(0x06, bytes('2b0601050502')))), 'spnego');
  });
});
