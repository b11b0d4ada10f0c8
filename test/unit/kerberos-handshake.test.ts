import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import { hashChannelBindings } from '../../src/sspi/crypto/bindings-hash.js';
import { KerberosAcceptor } from '../../src/sspi/kerberos/acceptor.js';
import { KerberosContext } from '../../src/sspi/kerberos/context.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { KerberosInitiator, type ServiceTicket } from '../../src/sspi/kerberos/initiator.js';
import { encodeApRep, encodeEncApRepPart } from '../../src/sspi/kerberos/messages/ap-reply.js';
import {
  type Authenticator,
  decodeApReq,
  encodeApReq,
  encodeAuthenticator,
} from '../../src/sspi/kerberos/messages/ap-request.js';
import {
  encodeAuthenticatorChecksum,
  GSS_CHECKSUM_TYPE,
} from '../../src/sspi/kerberos/messages/authenticator-checksum.js';
import { encodeAuthorizationData } from '../../src/sspi/kerberos/messages/authorization-data.js';
import { encodeGssToken, TOKEN_ID } from '../../src/sspi/kerberos/messages/gss-token.js';
import { encodeKrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import { formatPrincipal } from '../../src/sspi/kerberos/principal-text.js';
import { ReplayCache } from '../../src/sspi/kerberos/replay-cache.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import type { CheckedAccept, CheckedInitialize } from '../../src/sspi/provider.js';
import { SspiError, type SspiErrorCode } from '../../src/sspi.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import {
  CLIENT,
  issueTicket,
  newServiceKey,
  REALM,
  SERVICE,
  type TicketOptions,
} from '../support/kerberos-ticket.js';
import { hex } from '../support/ntlm.js';
import { ascii, flipped } from '../support/sspi.js';

const AES256 = 18;
const RC4 = 23;
const ALLOW_WEAK = ['rc4-hmac'] as const;
const NOTHING = new Uint8Array(0);
const NO_BINDINGS = new Uint8Array(16);
/** GSS_C_REPLAY_FLAG, SEQUENCE, CONF and INTEG; MUTUAL. */
const PROTECTED = 0x3c;
const MUTUAL = 0x2;
const BINDINGS = ascii('tls-exporter:0123456789abcdef');

const failure = (code: SspiErrorCode, message = /./) => ({ name: 'SspiError', code, message });
const now = () => Math.floor(Date.now() / 1000);

const own = newServiceKey(AES256);

interface Acceptance extends Partial<CheckedAccept> {
  readonly keys?: readonly ServiceKey[];
  readonly cache?: ReplayCache;
  readonly weak?: readonly 'rc4-hmac'[];
}

function newAcceptor({ keys = [own], cache, weak = [], ...options }: Acceptance = {}) {
  const settings = { keys, replayCache: cache ?? new ReplayCache(300), allowWeak: weak, skew: 300 };
  const defaults = { flags: [], channelBindingPolicy: 'require', allowWeak: [] } as const;
  return new KerberosAcceptor(settings, { ...defaults, ...options });
}

function newInitiator(ticket: ServiceTicket, options: Partial<CheckedInitialize> = {}) {
  const flags = ['integrity', 'confidentiality'] as const;
  return new KerberosInitiator(ticket, { flags, allowWeak: [], ...options }, ALLOW_WEAK);
}

/** The token of an AP-REQ of alice, with an authenticator that may be wrong. */
function craftRequest(
  { ticket, sessionKey }: ServiceTicket,
  part: Partial<Authenticator> = {},
  { flags = PROTECTED, bindings = NO_BINDINGS as Uint8Array, apOptions = 0 } = {},
): Uint8Array {
  const key = new ProtocolKey(etypeOf(sessionKey.keytype), sessionKey.keyvalue);
  const authenticator = encodeAuthenticator({
    crealm: REALM,
    cname: CLIENT,
    cksum: {
      cksumtype: GSS_CHECKSUM_TYPE,
      checksum: encodeAuthenticatorChecksum(bindings, flags),
    },
    ctime: now(),
    cusec: 0,
    ...part,
  });
  const cipher = key.encrypt(11, authenticator);
  const request = encodeApReq(apOptions, ticket, { etype: sessionKey.keytype, cipher });
  return encodeGssToken(TOKEN_ID['AP-REQ'], request);
}

const accept = (token: Uint8Array, options?: Acceptance) => newAcceptor(options).step(token);
/** Accepts alice's ticket, as it is issued with these options. */
const acceptTicket = (ticket: TicketOptions, options?: Acceptance) =>
  accept(craftRequest(issueTicket(own, ticket)), options);

describe('the AP exchange', () => {
  for (const number of ETYPE_NUMBERS) {
    for (const isMutual of [true, false]) {
      const name = isMutual ? 'with' : 'without';
      it(`agrees ${name} mutual authentication, with ${etypeOf(number).name}`, async () => {
        const key = newServiceKey(number);
        const protection = number === RC4 ? [] : (['integrity', 'confidentiality'] as const);
        const flags = isMutual ? ([...protection, 'mutual-auth'] as const) : protection;
        const info = { name: 'Kerberos', comment: '', rpcId: 16, maxToken: 9, capabilities: [] };
        const facade = (work: KerberosAcceptor | KerberosInitiator) =>
          new ContextFacade(new KerberosContext(info, work), false);
        const client = facade(newInitiator(issueTicket(key), { flags }));
        const server = facade(newAcceptor({ keys: [key], weak: ALLOW_WEAK, flags }));
        const request = await client.step();
        assert.equal(request.done, !isMutual);
        const answer = await server.step(request.token);
        assert.equal(answer.done, true);
        assert.equal(answer.token.length > 0, isMutual);
        if (isMutual) await client.step(answer.token);
        for (const side of [client, server]) {
          assert.equal(side.queryContextAttributes('names').userName, 'alice@EXAMPLE.TEST');
          assert.equal(
            side.queryContextAttributes('keyInfo').keySize,
            8 * etypeOf(number).keyLength,
          );
          assert.equal(side.queryContextAttributes('flags').includes('mutual-auth'), isMutual);
        }
        const sessionKey = hex(client.queryContextAttributes('sessionKey'));
        assert.equal(hex(server.queryContextAttributes('sessionKey')), sessionKey);
        const unsupported = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };
        if (number === RC4) {
          assert.equal(client.queryContextAttributes('sizes').maxSignature, 0);
          assert.throws(() => client.makeSignature(NOTHING), unsupported);
          return;
        }
        server.verifySignature(ascii('one'), client.makeSignature(ascii('one')));
        const sealed = server.encryptMessage(ascii('two'));
        assert.equal(hex(client.decryptMessage(sealed)), hex(ascii('two')));
      });
    }
  }

  it('gives the authorization data of the ticket, in a memory of its own', () => {
    const data = [{ adType: 128, adData: ascii('PAC') }];
    const acceptor = newAcceptor();
    acceptor.step(craftRequest(issueTicket(own, { part: { authorizationData: data } })));
    assert.deepEqual(acceptor.session?.authorizationData, data);
  });

  it('has no datagrams and no protection without detection of replays', () => {
    const flags = ['datagram'] as const;
    const unsupported = failure('SEC_E_UNSUPPORTED_FUNCTION');
    assert.throws(() => newAcceptor({ flags }), unsupported);
    assert.throws(() => newInitiator(issueTicket(own), { flags }), unsupported);
    const acceptor = newAcceptor();
    acceptor.step(craftRequest(issueTicket(own), {}, { flags: 0x34 }));
    assert.deepEqual(acceptor.session?.flags, []);
    assert.equal(acceptor.session?.security, undefined);
  });

  it('protects messages with a session key of AES where the key of the service is rc4-hmac', () => {
    const key = newServiceKey(RC4);
    const request = craftRequest(issueTicket(key, { sessionEtype: AES256 }));
    const acceptor = newAcceptor({ keys: [key], weak: ALLOW_WEAK, flags: ['confidentiality'] });
    assert.equal(acceptor.step(request).done, true);
  });

  it('overwrites the key of the context when it is closed', () => {
    const acceptor = newAcceptor();
    acceptor.step(craftRequest(issueTicket(own)));
    const key = acceptor.session?.keyBytes as Uint8Array;
    assert.notEqual(hex(key), '00'.repeat(32));
    acceptor.close();
    assert.equal(hex(key), '00'.repeat(32));
  });
});

describe('the acceptor', () => {
  it('rejects a ticket of another key, version or encryption type', () => {
    const token = craftRequest(issueTicket(own));
    const other = failure('SEC_E_MESSAGE_ALTERED', /for another key/);
    assert.throws(() => accept(token, { keys: [newServiceKey(AES256)] }), other);
    const noKey = failure('SEC_E_NO_KERB_KEY');
    assert.throws(() => acceptTicket({ kvno: 4 }), noKey);
    assert.throws(() => accept(token, { keys: [newServiceKey(17)] }), noKey);
    assert.throws(() => accept(token, { keys: [] }), noKey);
    const weak = newServiceKey(RC4);
    const unknown = failure('SEC_E_KDC_UNKNOWN_ETYPE');
    assert.throws(() => accept(craftRequest(issueTicket(weak)), { keys: [weak] }), unknown);
    assert.throws(() => acceptTicket({ sessionEtype: RC4 }), unknown);
    const subkey = { keytype: RC4, keyvalue: new Uint8Array(16) };
    assert.throws(() => accept(craftRequest(issueTicket(own), { subkey })), unknown);
  });

  it('finds the key among several, also under another name', () => {
    const keys = [newServiceKey(AES256), newServiceKey(17), own, newServiceKey(AES256, 4)];
    const token = craftRequest(issueTicket(own));
    assert.equal(accept(token, { keys }).done, true);
    const renamed = { ...own, name: { nameType: 1, nameString: ['SRV$'] } };
    assert.equal(accept(token, { keys: [renamed] }).done, true);
  });

  it('rejects a ticket outside its times, invalid, or with a path of realms that no KDC checked', () => {
    const early = failure('SEC_E_TIME_SKEW', /not valid yet/);
    assert.throws(() => acceptTicket({ part: { starttime: now() + 310 } }), early);
    assert.throws(() => acceptTicket({ part: { authtime: now() + 310 } }), early);
    assert.throws(() => acceptTicket({ part: { flags: 0x01000000 } }), early);
    const late = failure('SEC_E_CONTEXT_EXPIRED', /expired/);
    assert.throws(() => acceptTicket({ part: { endtime: now() - 310 } }), late);
    const transited = { trType: 1, contents: ascii('OTHER.TEST') };
    assert.throws(() => acceptTicket({ part: { transited } }), failure('SEC_E_LOGON_DENIED'));
    acceptTicket({ part: { starttime: now() + 290, endtime: now() - 290 } });
    acceptTicket({ part: { transited, flags: 0x00080000 } });
  });

  it('rejects an authenticator of another client, time or kind', () => {
    const attempt = (part: Partial<Authenticator>) => accept(craftRequest(issueTicket(own), part));
    const denied = failure('SEC_E_LOGON_DENIED');
    assert.throws(() => attempt({ crealm: 'OTHER.TEST' }), denied);
    assert.throws(() => attempt({ cname: { nameType: 1, nameString: ['bob'] } }), denied);
    assert.throws(() => attempt({ cname: { nameType: 1, nameString: ['alice', ''] } }), denied);
    for (const ctime of [now() - 310, now() + 310, 0]) {
      assert.throws(() => attempt({ ctime }), failure('SEC_E_TIME_SKEW'));
    }
    const checksum = NO_BINDINGS;
    for (const cksum of [undefined, { cksumtype: 16, checksum }]) {
      assert.throws(() => attempt({ cksum }), failure('SEC_E_INVALID_TOKEN', /no checksum/));
    }
    attempt({ cname: { nameType: 0, nameString: ['alice'] }, ctime: now() - 290 });
  });

  it('rejects user-to-user tickets, DCE style and missing flags', () => {
    const attempt = (options: { flags?: number; apOptions?: number }, acceptance?: Acceptance) =>
      accept(craftRequest(issueTicket(own), {}, options), acceptance);
    const unsupported = (message: RegExp) => failure('SEC_E_UNSUPPORTED_FUNCTION', message);
    assert.throws(() => attempt({ apOptions: 0x40000000 }), unsupported(/user-to-user/));
    assert.throws(() => attempt({ flags: PROTECTED | 0x1000 }), unsupported(/DCE/));
    const flags = ['mutual-auth', 'integrity'] as const;
    assert.throws(() => attempt({}, { flags }), unsupported(/does not offer mutual-auth/));
    assert.throws(() => attempt({ flags: MUTUAL }, { flags }), unsupported(/integrity/));
    const cache = new ReplayCache(300);
    const token = craftRequest(issueTicket(own), {}, { flags: PROTECTED });
    assert.throws(() => accept(token, { flags, cache }), unsupported(/mutual-auth/));
    // A rejected authenticator is not remembered.
    assert.equal(accept(token, { cache }).done, true);
  });

  it('ignores a delegated ticket', () => {
    const plain = encodeAuthenticatorChecksum(NO_BINDINGS, PROTECTED | 1);
    const checksum = Buffer.concat([plain, Buffer.from('01000400deadbeef', 'hex')]);
    const cksum = { cksumtype: GSS_CHECKSUM_TYPE, checksum };
    assert.equal(accept(craftRequest(issueTicket(own), { cksum })).done, true);
  });

  it('compares channel bindings as its policy says', () => {
    const option = { adType: 143, adData: Uint8Array.of(0, 0x40, 0, 0) };
    const nested = { adType: 1, adData: encodeAuthorizationData([option]) };
    const attempt = (
      bindings: Uint8Array,
      options: Acceptance,
      authorizationData?: Authenticator['authorizationData'],
    ) =>
      accept(craftRequest(issueTicket(own), { authorizationData }, { bindings }), {
        channelBindings: BINDINGS,
        ...options,
      });
    const [equal, other] = [BINDINGS, ascii('other')].map(hashChannelBindings) as [
      Uint8Array,
      Uint8Array,
    ];
    const bad = failure('SEC_E_BAD_BINDINGS');
    attempt(equal, {});
    assert.throws(() => attempt(other, {}), bad);
    assert.throws(() => attempt(NO_BINDINGS, {}), bad);
    attempt(NO_BINDINGS, { channelBindingPolicy: 'accept' });
    assert.throws(() => attempt(other, { channelBindingPolicy: 'accept' }), bad);
    for (const element of [option, nested]) {
      const accepting = { channelBindingPolicy: 'accept' } as const;
      assert.throws(() => attempt(NO_BINDINGS, accepting, [element]), bad);
      attempt(equal, accepting, [element]);
    }
    attempt(other, { channelBindingPolicy: 'ignore' });
    attempt(other, { channelBindings: undefined });
  });

  it('accepts a ticket for one of its targets, in any case', () => {
    const token = () => craftRequest(issueTicket(own));
    accept(token(), { targets: ['ldap/x', 'http/WWW.example.test'] });
    const wrong = failure('SEC_E_WRONG_PRINCIPAL');
    assert.throws(() => accept(token(), { targets: ['HTTP/www.example.tes'] }), wrong);
    assert.throws(() => accept(token(), { targets: [] }), wrong);
  });

  it('rejects every altered bit of what is encrypted, and a replay', () => {
    const token = craftRequest(issueTicket(own), {}, { flags: PROTECTED | MUTUAL });
    const { ticket, authenticator } = decodeApReq(token.subarray(token.indexOf(0x6e)));
    const isEncrypted = (bit: number) =>
      [ticket.encPart.cipher, authenticator.cipher].some((cipher) => {
        const start = Buffer.from(token).indexOf(cipher);
        return bit >= 8 * start && bit < 8 * (start + cipher.length);
      });
    const accepted: number[] = [];
    for (let bit = 0; bit < 8 * token.length; bit++) {
      try {
        accept(flipped(token, bit));
        accepted.push(bit >> 3);
      } catch (error) {
        assert.ok(error instanceof SspiError, String(error));
        if (isEncrypted(bit)) assert.equal(error.code, 'SEC_E_MESSAGE_ALTERED', `bit ${bit}`);
      }
    }
    // What no key protects: Microsoft's OID, ap-options, the realm and the name in the ticket.
    const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
    const text = hexOf(token);
    const ranges: [start: number, end: number][] = [
      ['\x86\xf7', 1],
      ['\x03\x05\x00\x00\x00\x00\x00', 7],
      [REALM, REALM.length],
      ['\xa0\x03\x02\x01\x02\xa1', 5],
      ['HTTP', 4],
      ['www.example.test', 16],
    ].map(([what, length]) => {
      const start = text.indexOf(what as string);
      assert.notEqual(start, -1, String(what));
      return [start, start + Number(length)];
    });
    for (const place of accepted) {
      const isKnown = ranges.some(([start, end]) => place >= start && place < end);
      assert.ok(isKnown, `byte ${place}: ${hexOf(token.subarray(place - 4, place + 4))}`);
    }
    const cache = new ReplayCache(300);
    accept(token, { cache });
    assert.throws(() => accept(token, { cache }), failure('SEC_E_OUT_OF_SEQUENCE', /replayed/));
    // A second context of the same client is not a replay.
    accept(craftRequest(issueTicket(own)), { cache });
  });

  it('rejects other tokens', () => {
    const token = craftRequest(issueTicket(own));
    for (let length = 0; length < token.length; length += 7) {
      assert.throws(() => accept(token.subarray(0, length)), failure('SEC_E_INVALID_TOKEN'));
    }
    const answer = accept(craftRequest(issueTicket(own), {}, { flags: PROTECTED | MUTUAL })).token;
    assert.throws(() => accept(answer), failure('SEC_E_INVALID_TOKEN', /not an AP-REQ/));
  });
});

describe('the initiator', () => {
  const flags = ['integrity', 'mutual-auth'] as const;
  /** An initiator that waits for its answer, and the genuine answer. */
  function waiting(ticket = issueTicket(own)) {
    const initiator = newInitiator(ticket, { flags });
    const { token: request } = initiator.step(NOTHING);
    return { initiator, request, answer: accept(request).token, ticket };
  }

  it('rejects every altered bit of an AP-REP, and then accepts the original', () => {
    const { initiator, answer } = waiting();
    // The OID becomes Microsoft's.
    const other = 8 * Buffer.from(answer).indexOf('86f7', 'hex') + 2;
    for (let bit = 0; bit < 8 * answer.length; bit++) {
      if (bit === other) continue;
      assert.throws(
        () => initiator.step(flipped(answer, bit)),
        { code: /SEC_E_(INVALID_TOKEN|MESSAGE_ALTERED|SECPKG_NOT_FOUND)/ },
        `bit ${bit}`,
      );
    }
    assert.equal(initiator.step(answer).done, true);
  });

  it('rejects the answer to another request, and its own request', () => {
    const ticket = issueTicket(own);
    const { initiator, request } = waiting(ticket);
    const { answer } = waiting(ticket);
    assert.throws(() => initiator.step(answer), failure('SEC_E_MUTUAL_AUTH_FAILED'));
    assert.throws(() => initiator.step(request), failure('SEC_E_INVALID_TOKEN', /not an AP-REP/));
    assert.throws(() => initiator.step(NOTHING), failure('SEC_E_INVALID_TOKEN'));
    const foreign = waiting().answer;
    assert.throws(() => initiator.step(foreign), failure('SEC_E_MESSAGE_ALTERED'));
    assert.equal(initiator.session, undefined);
  });

  it('rejects a weak subkey of the acceptor', () => {
    const ticket = issueTicket(own);
    const options = { flags, allowWeak: [] };
    const initiator = new KerberosInitiator(ticket, options, []);
    const { token } = initiator.step(NOTHING);
    assert.ok(token.length > 0);
    const key = new ProtocolKey(own.key.etype, ticket.sessionKey.keyvalue);
    const subkey = { keytype: RC4, keyvalue: new Uint8Array(16) };
    const part = encodeEncApRepPart({ ctime: now(), cusec: 0, subkey, seqNumber: 1 });
    const reply = encodeApRep({ etype: AES256, cipher: key.encrypt(12, part) });
    const answer = encodeGssToken(TOKEN_ID['AP-REP'], reply);
    // Its time is that of no request.
    assert.throws(() => initiator.step(answer), failure('SEC_E_MUTUAL_AUTH_FAILED'));
  });

  it('reports a KRB-ERROR of the service by its status', () => {
    for (const [errorCode, code] of [
      [31, 'SEC_E_MESSAGE_ALTERED'],
      [32, 'SEC_E_CONTEXT_EXPIRED'],
      [34, 'SEC_E_OUT_OF_SEQUENCE'],
      [35, 'SEC_E_WRONG_PRINCIPAL'],
      [37, 'SEC_E_TIME_SKEW'],
      [41, 'SEC_E_MESSAGE_ALTERED'],
      [44, 'SEC_E_NO_KERB_KEY'],
      [60, 'SEC_E_LOGON_DENIED'],
    ] as const) {
      const { initiator } = waiting();
      const eText = 'ignored';
      const fields = { stime: now(), susec: 0, realm: REALM, sname: SERVICE, eText };
      const token = encodeGssToken(TOKEN_ID['KRB-ERROR'], encodeKrbError({ errorCode, ...fields }));
      assert.throws(() => initiator.step(token), failure(code, /the service rejected the AP-REQ/));
    }
  });

  it('begins, and needs a key that can protect messages', () => {
    const first = newInitiator(issueTicket(own));
    assert.throws(() => first.step(ascii('token')), failure('SEC_E_INVALID_TOKEN'));
    const ticket = issueTicket(newServiceKey(RC4));
    assert.throws(() => newInitiator(ticket).step(NOTHING), failure('SEC_E_UNSUPPORTED_FUNCTION'));
    const attempt = () =>
      new KerberosInitiator(ticket, { flags: [], allowWeak: [] }, []).step(NOTHING);
    assert.throws(attempt, failure('SEC_E_KDC_UNKNOWN_ETYPE'));
  });
});

describe('the replay cache', () => {
  const one = ascii('one');

  it('remembers an authenticator for twice the skew, and forgets it later', () => {
    const cache = new ReplayCache(300);
    cache.add(one, 1000);
    cache.add(ascii('two'), 1500);
    for (const time of [1000, 1300, 1600, 1601, 900, 2201]) {
      assert.throws(() => cache.add(one, time), failure('SEC_E_OUT_OF_SEQUENCE'), `${time}`);
    }
    assert.throws(() => cache.add(ascii('two'), 2100), failure('SEC_E_OUT_OF_SEQUENCE'));
    cache.add(one, 5000);
  });

  it('is bounded, and full rather than forgetful', () => {
    const cache = new ReplayCache(300, 2);
    cache.add(one, 1000);
    cache.add(ascii('two'), 1000);
    const full = failure('SEC_E_INSUFFICIENT_MEMORY');
    assert.throws(() => cache.add(ascii('three'), 1000), full);
    assert.throws(() => cache.add(one, 1000), failure('SEC_E_OUT_OF_SEQUENCE'));
    cache.add(ascii('three'), 1601);
  });
});

describe('the text of a principal', () => {
  it('has a backslash before what separates', () => {
    const text = (nameString: string[], realm = REALM) =>
      formatPrincipal({ nameType: 1, nameString }, realm);
    assert.equal(text(['alice']), 'alice@EXAMPLE.TEST');
    assert.equal(text(['HTTP', 'www']), 'HTTP/www@EXAMPLE.TEST');
    assert.equal(text(['a@b', 'c/d\\e']), 'a\\@b/c\\/d\\\\e@EXAMPLE.TEST');
    assert.equal(text(['a\n\0'], 'R@S'), 'a\\n\\0@R\\@S');
  });
});
