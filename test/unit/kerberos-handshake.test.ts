import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeTicket } from '../../src/conformance/sspi/kerberos/encode-ticket.js';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import { hashChannelBindings } from '../../src/sspi/crypto/bindings-hash.js';
import { KerberosAcceptor } from '../../src/sspi/kerberos/acceptor.js';
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
import { decodeTicket, type EncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import { formatPrincipal } from '../../src/sspi/kerberos/principal-text.js';
import { ReplayCache } from '../../src/sspi/kerberos/replay-cache.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import { PortableContext } from '../../src/sspi/portable/context.js';
import type { CheckedAccept, CheckedInitialize } from '../../src/sspi/provider.js';
import { utf16 } from '../../src/sspi/utf16.js';
import { SspiError, type SspiErrorCode } from '../../src/sspi.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import {
  CLIENT,
  issueTicket,
  newServiceKey,
  REALM,
  renamed,
  SERVICE,
  type TicketOptions,
} from '../support/kerberos-ticket.js';
import { hex } from '../support/ntlm.js';
import { assertPlain } from '../support/plain-bytes.js';
import { ascii, flipped } from '../support/sspi.js';

const AES256 = 18;
const RC4 = 23;
const ALLOW_WEAK = ['rc4-hmac'] as const;
const NOTHING = new Uint8Array(0);
const WWW = 'HTTP/www.example.test';
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
}

function newAcceptor({ keys = [own], cache, ...options }: Acceptance = {}) {
  const settings = { keys, replayCache: cache ?? new ReplayCache(300), skew: 300 };
  const defaults = { flags: [], channelBindingPolicy: 'require', allowWeak: [] } as const;
  return new KerberosAcceptor(settings, { ...defaults, ...options });
}

function newInitiator(ticket: ServiceTicket, options: Partial<CheckedInitialize> = {}) {
  const flags = ['integrity', 'confidentiality'] as const;
  return new KerberosInitiator(ticket, { flags, allowWeak: ALLOW_WEAK, ...options });
}

/** The token of an AP-REQ of alice, with an authenticator that may be wrong. */
function craftRequest(
  { ticket, sessionKey }: ServiceTicket,
  part: Partial<Authenticator> = {},
  { flags = PROTECTED, bindings = NO_BINDINGS as Uint8Array, apOptions = 0 } = {},
): Uint8Array {
  const authenticator = encodeAuthenticator({
    crealm: REALM,
    cname: CLIENT,
    cksum: {
      cksumtype: GSS_CHECKSUM_TYPE,
      checksum: encodeAuthenticatorChecksum(bindings, flags),
    },
    ctime: now(),
    cusec: 0,
    seqNumber: 7,
    ...part,
  });
  const cipher = sessionKey.encrypt(11, authenticator);
  const request = encodeApReq(apOptions, ticket, { etype: sessionKey.etype.number, cipher });
  return encodeGssToken(TOKEN_ID['AP-REQ'], request);
}

/** The ticket under another name, which anybody can write. */
function renameTicket(issued: ServiceTicket, nameString: readonly string[]): ServiceTicket {
  const { realm, encPart } = decodeTicket(issued.ticket);
  const sname = { nameType: 2, nameString };
  return { ...issued, ticket: encodeTicket({ realm, sname, encPart }) };
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
          new ContextFacade(new PortableContext(info, work), false);
        const client = facade(newInitiator(issueTicket(key), { flags }));
        const server = facade(newAcceptor({ keys: [key], allowWeak: ALLOW_WEAK, flags }));
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
    const authorizationData = [{ adType: 128, adData: ascii('PAC') }];
    const acceptor = newAcceptor();
    acceptor.step(craftRequest(issueTicket(own, { part: { authorizationData } })));
    const [element, ...others] = acceptor.session?.authorizationData ?? [];
    assert.deepEqual(element, { type: 128, data: ascii('PAC') });
    assertPlain('data', element?.data ?? ascii(''));
    assert.deepEqual(others, []);
  });

  it('has no datagrams and no protection without detection of replays', () => {
    const flags = ['datagram'] as const;
    const unsupported = failure('SEC_E_UNSUPPORTED_FUNCTION');
    assert.throws(() => newAcceptor({ flags }), unsupported);
    assert.throws(() => newInitiator(issueTicket(own), { flags }), unsupported);
    const acceptor = newAcceptor();
    acceptor.step(craftRequest(issueTicket(own), {}, { flags: 0x34 }));
    assert.deepEqual(acceptor.session?.contextFlags, []);
    assert.equal(acceptor.session?.security, undefined);
  });

  it('protects no messages that other contexts of the ticket could have made', () => {
    const ticket = issueTicket(own);
    const subkey = { keytype: AES256, keyvalue: new Uint8Array(32).fill(5) };
    const attempt = (part: Partial<Authenticator>, flags = PROTECTED) => {
      const acceptor = newAcceptor();
      acceptor.step(craftRequest(ticket, { seqNumber: undefined, ...part }, { flags }));
      return acceptor.session;
    };
    // Two contexts of a client that always begins with the same number would accept each other's messages.
    for (const part of [{}, { seqNumber: 0 }, { seqNumber: 7 }]) {
      const session = attempt(part);
      assert.deepEqual([session?.contextFlags, session?.security], [[], undefined]);
    }
    const token = craftRequest(ticket, { seqNumber: 0 });
    const unsupported = failure('SEC_E_UNSUPPORTED_FUNCTION', /integrity/);
    assert.throws(() => accept(token, { flags: ['integrity'] }), unsupported);
    for (const session of [attempt({ subkey }), attempt({}, PROTECTED | MUTUAL)]) {
      assert.ok(session?.contextFlags.includes('confidentiality'));
    }
  });

  it('protects messages with a session key of AES where the key of the service is rc4-hmac', () => {
    const key = newServiceKey(RC4);
    const subkey = { keytype: AES256, keyvalue: new Uint8Array(32).fill(5) };
    const request = craftRequest(issueTicket(key, { sessionEtype: AES256 }), { subkey });
    const acceptor = newAcceptor({
      keys: [key],
      allowWeak: ALLOW_WEAK,
      flags: ['confidentiality'],
    });
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
    const noneOfRealm = failure(
      'SEC_E_NO_KERB_KEY',
      /the ticket is for "HTTP\/www\.example\.test@EXAMPLE\.TEST", and the keytab has no key in its realm/,
    );
    assert.throws(() => accept(token, { keys: [] }), noneOfRealm);
    const weak = newServiceKey(RC4);
    const unknown = failure('SEC_E_KDC_UNKNOWN_ETYPE');
    assert.throws(() => accept(craftRequest(issueTicket(weak)), { keys: [weak] }), unknown);
    assert.throws(() => acceptTicket({ sessionEtype: RC4 }), unknown);
    const subkey = { keytype: RC4, keyvalue: new Uint8Array(16) };
    assert.throws(() => accept(craftRequest(issueTicket(own), { subkey })), unknown);
  });

  it('names service, kvno and etype of a ticket that no key fits, and those of the keytab', () => {
    const token = craftRequest(issueTicket(own));
    const problem = (keys: readonly ServiceKey[]) => {
      try {
        accept(token, { keys });
      } catch (error) {
        return (error as Error).message;
      }
      return assert.fail('accepted');
    };
    const ticket =
      'it is for "HTTP/www.example.test@EXAMPLE.TEST" and has kvno 3 with etype 18 (aes256-cts-hmac-sha1-96); the keytab has';
    const names = 'of HTTP/www.example.test@EXAMPLE.TEST';
    assert.equal(
      problem([newServiceKey(AES256, 3), newServiceKey(17, 3), newServiceKey(AES256, 4)]),
      `the ticket is for another key, or it was altered: ${ticket} kvno 4 with etype 18 (aes256-cts-hmac-sha1-96), kvno 3 with etype 18 (aes256-cts-hmac-sha1-96), kvno 3 with etype 17 (aes128-cts-hmac-sha1-96), ${names}. The keytab may be old`,
    );
    const noKey = `there is no key for the ticket: ${ticket}`;
    assert.equal(
      problem([newServiceKey(RC4, 2), newServiceKey(RC4, 2)]),
      `${noKey} kvno 2 with etype 23 (rc4-hmac), ${names}. Export the keytab again`,
    );
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) =>
      renamed(newServiceKey(17), [name]),
    );
    assert.match(
      problem(others),
      /, of a@EXAMPLE\.TEST, .*, h@EXAMPLE\.TEST and others\. Export the keytab again$/,
    );
    const many = problem(Array.from({ length: 12 }, (_, index) => newServiceKey(17, 20 + index)));
    assert.deepEqual(
      Array.from(many.matchAll(/kvno (\d+) with etype 17/g), ([, kvno]) => Number(kvno)),
      [31, 30, 29, 28, 27, 26, 25, 24],
    );
    assert.ok(many.endsWith(` and others, ${names}. Export the keytab again`));
  });

  it('finds the key among several, also under another name', () => {
    const keys = [newServiceKey(AES256), newServiceKey(17), own, newServiceKey(AES256, 4)];
    const token = craftRequest(issueTicket(own));
    assert.equal(accept(token, { keys }).done, true);
    assert.equal(accept(token, { keys: [renamed(own, ['SRV$'])] }).done, true);
  });

  it('tries at most 16 keys: first those of the name in the ticket, then newer ones', () => {
    const { ticket: der, ...others } = issueTicket(own);
    const { encPart, ...ticket } = decodeTicket(der);
    const { kvno, ...withoutVersion } = encPart;
    assert.equal(kvno, 3);
    const token = craftRequest({
      ...others,
      ticket: encodeTicket({ ...ticket, encPart: withoutVersion }),
    });
    const others16 = (version: number) =>
      Array.from({ length: 16 }, () => renamed(newServiceKey(AES256, version), ['SRV$']));
    assert.equal(accept(token, { keys: [...others16(4), own] }).done, true);
    const account = renamed(own, ['SRV$']);
    assert.equal(accept(token, { keys: [...others16(2), account] }).done, true);
    const other = failure('SEC_E_MESSAGE_ALTERED', /for another key/);
    assert.throws(() => accept(token, { keys: [...others16(4), account] }), other);
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

  it('rejects an anonymous client, a well-known and an empty name', () => {
    const attempt = (client: Partial<EncTicketPart>, nameString = ['alice'], nameType = 1) => {
      const part = { crealm: REALM, ...client, cname: { nameType, nameString } };
      const { crealm, cname } = part;
      return accept(craftRequest(issueTicket(own, { part }), { crealm, cname }));
    };
    const denied = failure('SEC_E_LOGON_DENIED');
    assert.throws(() => attempt({ flags: 0x40208000 }), denied);
    for (const crealm of ['WELLKNOWN:ANONYMOUS', 'WELLKNOWN:OTHER', '']) {
      assert.throws(() => attempt({ crealm }), denied, crealm);
    }
    for (const name of [['WELLKNOWN', 'ANONYMOUS'], ['WELLKNOWN'], [], [''], ['alice', '']]) {
      assert.throws(() => attempt({}, name), denied, name.join('/'));
    }
    assert.throws(() => attempt({}, ['alice'], 11), denied);
    assert.throws(() => attempt({}, ['WellKnown', 'anonymous']), denied);
    assert.throws(() => attempt({ crealm: 'wellknown:anonymous' }), denied);
    attempt({}, ['alice', 'WELLKNOWN']);
  });

  it('rejects names that could change a line of a log', () => {
    const attempt = (name: string, crealm = REALM) => {
      const client = { crealm, cname: { nameType: 1, nameString: [name] } };
      return accept(craftRequest(issueTicket(own, { part: client }), client));
    };
    const denied = failure('SEC_E_LOGON_DENIED');
    for (const character of [
      '\0',
      '\r',
      '\n',
      '\x7f',
      '\x85',
      '\u200f',
      '\u202e',
      '\u2028',
      '\u2066',
    ]) {
      assert.throws(() => attempt(`ali${character}ce`), denied, JSON.stringify(character));
      assert.throws(
        () => attempt('alice', `${REALM}${character}`),
        denied,
        JSON.stringify(character),
      );
    }
    attempt('Älice Ł 愛麗絲 \u200d');
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
    const joined = renameTicket(issueTicket(own), ['HTTP/www.example.test']);
    assert.throws(() => accept(craftRequest(joined), { targets: [WWW] }), wrong);
  });

  it('decrypts a ticket with the keys of its targets only, whatever name it bears', () => {
    const files = renamed(newServiceKey(AES256), ['cifs', 'files.example.test']);
    const relayed = () => craftRequest(renameTicket(issueTicket(files), SERVICE.nameString));
    const keys = [own, files];
    const targets = [WWW];
    const altered = failure('SEC_E_MESSAGE_ALTERED', /for another key/);
    assert.throws(() => accept(relayed(), { keys, targets }), altered);
    accept(relayed(), { keys });
    accept(craftRequest(issueTicket(own)), { keys, targets });
    // Entries with one component are accounts, whose key all their services have.
    const account = renamed(own, ['SRV$']);
    const token = () => craftRequest(issueTicket(own));
    accept(token(), { keys: [files, account], targets });
    const noKey = failure('SEC_E_NO_KERB_KEY', /no key for a target/);
    assert.throws(() => accept(relayed(), { keys: [files], targets }), noKey);
    const accountOfOther = renamed(files, ['SRV$']);
    assert.throws(() => accept(relayed(), { keys: [own, accountOfOther], targets }), altered);
  });

  it('decrypts a ticket with the keys of its realm only', () => {
    const other = renamed(own, [...SERVICE.nameString], 'OTHER.TEST');
    const noKey = failure('SEC_E_NO_KERB_KEY', /no key(?: for a target)? in its realm/);
    for (const targets of [undefined, [WWW]]) {
      const token = () => craftRequest(issueTicket(own));
      assert.throws(() => accept(token(), { keys: [other], targets }), noKey);
      const lowerCase = renamed(own, [...SERVICE.nameString], REALM.toLowerCase());
      accept(token(), { keys: [other, lowerCase], targets });
    }
  });

  it('compares the target that a client names under its key', () => {
    const attempt = (name: Uint8Array, options: Acceptance, apOptions?: number) => {
      const elements = [{ adType: 144, adData: name }];
      const bits = Uint8Array.of(0, (apOptions ?? 0) >> 8, 0, 0);
      if (apOptions !== undefined) elements.push({ adType: 143, adData: bits });
      const nested = [{ adType: 1, adData: encodeAuthorizationData(elements) }];
      for (const authorizationData of [elements, nested]) {
        accept(craftRequest(issueTicket(own), { authorizationData }), options);
      }
    };
    const targets = [WWW];
    const files = utf16(`cifs/files.example.test@${REALM}`);
    const wrong = failure('SEC_E_WRONG_PRINCIPAL');
    assert.throws(() => attempt(files, { targets }), wrong);
    assert.throws(() => attempt(files, { targets }, 0x4000), wrong);
    assert.throws(() => attempt(NOTHING, { targets }), wrong);
    const invalid = failure('SEC_E_INVALID_TOKEN', /odd/);
    assert.throws(() => attempt(files.subarray(1), { targets }), invalid);
    attempt(files, { targets }, 0xc000);
    attempt(files, {});
    attempt(utf16(`http/WWW.example.test@${REALM}`), { targets });
    attempt(utf16(WWW), { targets });
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
    const initiator = new KerberosInitiator(ticket, options);
    const { token } = initiator.step(NOTHING);
    assert.ok(token.length > 0);
    const subkey = { keytype: RC4, keyvalue: new Uint8Array(16) };
    const part = encodeEncApRepPart({ ctime: now(), cusec: 0, subkey, seqNumber: 1 });
    const reply = encodeApRep({ etype: AES256, cipher: ticket.sessionKey.encrypt(12, part) });
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
    const attempt = () => new KerberosInitiator(ticket, { flags: [], allowWeak: [] }).step(NOTHING);
    assert.throws(attempt, failure('SEC_E_KDC_UNKNOWN_ETYPE'));
  });
});

describe('the replay cache', () => {
  const one = ascii('one');
  const ALICE = 'alice@EXAMPLE.TEST';
  const BOB = 'bob@EXAMPLE.TEST';

  it('remembers an authenticator for twice the skew, and forgets it later', () => {
    const cache = new ReplayCache(300);
    cache.add(one, ALICE, 1000);
    cache.add(ascii('two'), ALICE, 1500);
    for (const time of [1000, 1300, 1600, 1601, 2201]) {
      assert.throws(() => cache.add(one, ALICE, time), failure('SEC_E_OUT_OF_SEQUENCE'), `${time}`);
    }
    assert.throws(() => cache.add(ascii('two'), ALICE, 2100), failure('SEC_E_OUT_OF_SEQUENCE'));
    cache.add(one, ALICE, 5000);
  });

  it('remembers it a little longer: the clock of the service has whole milliseconds, and may be slowed down', () => {
    for (const late of [600, 600.0009, 604]) {
      const cache = new ReplayCache(300);
      cache.add(ascii('first'), ALICE, 0);
      cache.add(one, ALICE, 600);
      const replay = () => cache.add(one, ALICE, 600 + late);
      assert.throws(replay, failure('SEC_E_OUT_OF_SEQUENCE'), `${late}`);
    }
  });

  it('forgets nothing when the clock is put forward and back', (t) => {
    const cache = new ReplayCache(300);
    const token = craftRequest(issueTicket(own));
    accept(token, { cache });
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 1_500_000 });
    accept(craftRequest(issueTicket(own)), { cache });
    t.mock.timers.reset();
    assert.throws(() => accept(token, { cache }), failure('SEC_E_OUT_OF_SEQUENCE'));
  });

  it('is bounded, and full rather than forgetful', () => {
    const cache = new ReplayCache(300, { total: 2, perClient: 2 });
    cache.add(one, ALICE, 1000);
    cache.add(ascii('two'), ALICE, 1000);
    const full = failure('SEC_E_INSUFFICIENT_MEMORY');
    assert.throws(() => cache.add(ascii('three'), ALICE, 1000), full);
    assert.throws(() => cache.add(one, ALICE, 1000), failure('SEC_E_OUT_OF_SEQUENCE'));
    cache.add(ascii('three'), ALICE, 1606);
  });

  it('has a share for each client', () => {
    const cache = new ReplayCache(300, { total: 3, perClient: 2 });
    cache.add(one, ALICE, 1000);
    cache.add(ascii('two'), ALICE, 1000);
    const full = failure('SEC_E_INSUFFICIENT_MEMORY');
    assert.throws(() => cache.add(ascii('three'), ALICE, 1000), full);
    cache.add(ascii('three'), BOB, 1000);
    assert.throws(() => cache.add(ascii('four'), BOB, 1000), full);
    cache.add(ascii('four'), ALICE, 1606);
    assert.throws(() => cache.add(one, BOB, 1606), failure('SEC_E_OUT_OF_SEQUENCE'));
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
