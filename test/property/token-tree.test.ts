import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { derElement } from '../../src/bytes/write-der.js';
import { kindOf } from '../../src/cli/inspect/inspection.js';
import { treeOf } from '../../src/cli/inspect/token-tree.js';
import { encodeTicket } from '../../src/conformance/sspi/kerberos/encode-ticket.js';
import { encodeApReq } from '../../src/sspi/kerberos/messages/ap-request.js';
import { decodeTicket } from '../../src/sspi/kerberos/messages/ticket.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import { AV_ID } from '../../src/sspi/ntlm/av-pairs.js';
import { encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { encodeMechTypeList, encodeNegTokenInit } from '../../src/sspi/spnego/token.js';
import { messageVector, messageVectors } from '../support/kerberos.js';
import { issueTicket, newServiceKey, REALM, SERVICE } from '../support/kerberos-ticket.js';
import { kerberosHandshake } from '../support/kerberos-tokens.js';
import { mutated } from '../support/mutations.js';
import { tokensOf } from '../support/sspi.js';

// The committed seed makes the same cases on every machine; FC_SEED makes others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 4178), numRuns: 1000 });

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

/** The output of a field has its name and numbers; the smallest field has two bytes. */
const OUTPUT = { atLeast: 1000, perByte: 60 };

function assertShown(token: Uint8Array, keys?: readonly ServiceKey[]): void {
  const { length } = JSON.stringify(treeOf(token, keys));
  assert.ok(length <= OUTPUT.atLeast + OUTPUT.perByte * token.length, `${length} characters`);
}

/** A challenge with AV_PAIRs of any ids and lengths. */
const challenges = fc.array(fc.tuple(fc.nat(12), bytes(20)), { maxLength: 8 }).map((pairs) => {
  const flags = flagsOf('NEGOTIATE_UNICODE', 'NEGOTIATE_TARGET_INFO');
  const message = { flags, serverChallenge: new Uint8Array(8), targetInfo: new Map(pairs) };
  return encodeChallenge(message, 'x');
});

/** SPNEGO in SPNEGO, around something else. */
const nested = fc
  .tuple(fc.array(fc.boolean(), { maxLength: 20 }), bytes(20))
  .map(([layers, core]) =>
    layers.reduce<Uint8Array>(
      (token, isFirst) =>
        isFirst
          ? encodeNegTokenInit(encodeMechTypeList(['2b0601050502']), token)
          : derElement(0xa1, derElement(0x30, derElement(0xa2, derElement(0x04, token)))),
      core,
    ),
  );

const serviceKey = newServiceKey(18);
const kerberos = kerberosHandshake(serviceKey, {
  ticket: {
    part: { authorizationData: [{ adType: 1, adData: messageVector('authorization_data') }] },
  },
});
const kerberosTokens: readonly Uint8Array[] = [
  kerberos.request,
  kerberos.reply,
  kerberos.server.security?.sign([]) ?? [],
  encodeNegTokenInit(encodeMechTypeList(['2a864886f712010202']), kerberos.request),
  ...messageVectors.values(),
].map((token) => new Uint8Array(token));

const ticketPart = serviceKey.key.decrypt(
  2,
  decodeTicket(issueTicket(serviceKey).ticket).encPart.cipher,
);

describe('inspection of tokens', () => {
  it('never throws, and its output grows linearly, for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(bytes(300), challenges, nested), (token) => assertShown(token)),
      {
        numRuns: 3000,
      },
    );
  });

  it('does the same for mutated real tokens', async () => {
    const tokens = [...(await tokensOf('NTLM')), ...(await tokensOf('Negotiate'))];
    fc.assert(
      fc.property(mutated(tokens), (token) => assertShown(token)),
      { numRuns: 3000 },
    );
  });

  it('does the same for mutated tokens of Kerberos, with and without the key', () => {
    const keys = fc.constantFrom(undefined, [serviceKey]);
    fc.assert(fc.property(mutated(kerberosTokens), keys, assertShown), { numRuns: 3000 });
  });

  it('does the same for mutated parts under the key', () => {
    const parts = [messageVector('enc_tkt_part'), ticketPart];
    const assertPart = (part: Uint8Array) => {
      const encPart = { etype: 18, kvno: 3, cipher: serviceKey.key.encrypt(2, part) };
      const ticket = encodeTicket({ realm: REALM, sname: SERVICE, encPart });
      const request = encodeApReq(0, ticket, { etype: 18, cipher: new Uint8Array(30) });
      assertShown(request, [serviceKey]);
    };
    fc.assert(fc.property(mutated(parts), assertPart), { numRuns: 1000 });
  });

  it('handles the most fields and the most layers', () => {
    const empty = new Uint8Array(0);
    assertShown(encodeNegTokenInit(encodeMechTypeList(new Array(30_000).fill('')), empty));
    const first = AV_ID.MsvAvChannelBindings + 1;
    const pairs = Array.from({ length: 16_000 }, (_, index) => [first + index, empty] as const);
    const flags = flagsOf('NEGOTIATE_TARGET_INFO');
    const message = { flags, serverChallenge: new Uint8Array(8), targetInfo: new Map(pairs) };
    assertShown(encodeChallenge(message, 'x'));
    let token: Uint8Array = empty;
    for (let depth = 0; depth < 5000; depth++) {
      token = derElement(0xa1, derElement(0x30, derElement(0xa2, derElement(0x04, token))));
    }
    assertShown(token);
  });
});

describe('the kind of an input', () => {
  it('is the same for bytes and for each encoding of them', async () => {
    const ntlm = [...(await tokensOf('NTLM')), ...(await tokensOf('Negotiate'))];
    const tokens = [...ntlm, ...kerberosTokens];
    const inputs = fc.oneof(
      bytes(300).filter(({ length }) => length > 0),
      mutated(tokens).filter(({ length }) => length > 0),
    );
    const assertSame = (input: Uint8Array) => {
      const kind = kindOf(input);
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        const text = Buffer.from(input).toString(encoding);
        // Hex digits are read as hex although they may be base64 too.
        if (encoding !== 'hex' && /^(?:0x)?[0-9a-f]+$/i.test(text)) continue;
        assert.equal(kindOf(text), kind, encoding);
      }
    };
    fc.assert(fc.property(inputs, assertSame), { numRuns: 3000 });
  });

  it('is defined for any text', () => {
    const kinds = ['token-binding', 'ntlm', 'spnego', 'kerberos', 'unknown'];
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => kinds.includes(kindOf(text))));
  });
});
