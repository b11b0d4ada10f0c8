import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  acceptNegotiation,
  decodeNegotiation,
  encodeNegotiation,
  type NegotiatingConnection,
  type NegotiationSupport,
  offerNegotiation,
  selectNegotiation,
} from '../../src/wire.js';
import { pollute } from '../support/pollution.js';
import { refused } from '../support/refused.js';
import { vector } from '../support/vectors.js';

const V1 = { major: 1, minor: 0 };
const DRAFT = { major: 0, minor: 13 };
const tls13: NegotiatingConnection = {
  protocol: 'TLSv1.3',
  extendedMasterSecret: false,
  renegotiationIndication: false,
};
const tls12 = { ...tls13, protocol: 'TLSv1.2' } as const;
const safeTls12 = { ...tls12, extendedMasterSecret: true, renegotiationIndication: true };
const all: NegotiationSupport = {
  versions: [V1],
  keyTypes: ['ecdsap256', 'rsa2048_pss', 'rsa2048_pkcs1.5'],
};

describe('negotiation body (RFC 8472 2)', () => {
  it('decodes the extensions of tb-60 and tb-61', () => {
    for (const [id, version] of [
      ['tb-60', DRAFT],
      ['tb-61', V1],
    ] as const) {
      const extension = Buffer.from(vector(id).message ?? '', 'base64url');
      assert.equal(extension.readUInt16BE(0), 24);
      assert.equal(extension.readUInt16BE(2), extension.length - 4);
      const decoded = decodeNegotiation(extension.subarray(4));
      assert.deepEqual(decoded, { version, keyTypes: ['ecdsap256'] });
      assert.deepEqual(Buffer.from(encodeNegotiation(decoded)), extension.subarray(4));
    }
  });

  it('returns key types without a name as numbers', () => {
    const body = Buffer.from('01000500ff020301', 'hex');
    const decoded = decodeNegotiation(body);
    const keyTypes = ['rsa2048_pkcs1.5', 255, 'ecdsap256', 3, 'rsa2048_pss'];
    assert.deepEqual(decoded.keyTypes, keyTypes);
    assert.deepEqual(Buffer.from(encodeNegotiation(decoded)), body);
  });

  for (const body of ['', '01', '0100', '010000', '010002', '01000202', '0100010200']) {
    it(`rejects the body ${body || '(empty)'}`, () => {
      refused('ERR_TB_MALFORMED', () => decodeNegotiation(Buffer.from(body, 'hex')));
    });
  }

  it('encodes only octets and registered names', () => {
    const encode = (version: object, keyTypes: unknown) =>
      encodeNegotiation({ version, keyTypes } as never);
    for (const minor of [-1, 256, 0.5, Number.NaN]) {
      assert.throws(() => encode({ major: 1, minor }, ['ecdsap256']), RangeError);
      assert.throws(() => encode({ major: minor, minor: 0 }, ['ecdsap256']), RangeError);
      assert.throws(() => encode(V1, [minor]), RangeError);
    }
    for (const name of ['bogus', 'anyexisting', '2']) {
      assert.throws(() => encode(V1, [name]), RangeError);
    }
    assert.throws(() => encode({ major: '1', minor: 0 }, ['ecdsap256']), TypeError);
    assert.throws(() => encode(V1, [null]), TypeError);
  });

  it('encodes 1 to 255 key types', () => {
    const list = (length: number) => ({ version: V1, keyTypes: new Array<number>(length).fill(7) });
    assert.equal(encodeNegotiation(list(255)).length, 258);
    assert.throws(() => encodeNegotiation(list(0)), RangeError);
    assert.throws(() => encodeNegotiation(list(256)), RangeError);
  });
});

describe("the server's selection (RFC 8472 3)", () => {
  const offer = offerNegotiation(all);

  it('chooses the key type that it prefers among those offered', () => {
    const server = { ...all, keyTypes: ['rsa2048_pss', 'ecdsap256'] as const };
    assert.deepEqual(selectNegotiation(offer, server, tls13), {
      version: V1,
      keyType: 'rsa2048_pss',
    });
  });

  it('ignores key types it does not know', () => {
    const strange = { version: V1, keyTypes: [200, 201, 'ecdsap256'] as const };
    assert.equal(selectNegotiation(strange, all, tls13)?.keyType, 'ecdsap256');
    assert.equal(selectNegotiation({ version: V1, keyTypes: [200] }, all, tls13), undefined);
  });

  it('ignores properties of Object.prototype, and rejects unknown options', async () => {
    const { extendedMasterSecret, renegotiationIndication, ...bare } = safeTls12;
    await pollute({ extendedMasterSecret, renegotiationIndication }, () => {
      assert.equal(selectNegotiation(offer, all, bare as never), undefined);
    });
    await pollute({ protocol: 'TLSv1.3' }, () => {
      assert.equal(selectNegotiation(offer, all, {} as never), undefined);
    });
    await pollute({ ...all, version: V1 }, () => {
      assert.throws(() => offerNegotiation({} as never), TypeError);
      assert.throws(() => encodeNegotiation({} as never), TypeError);
      assert.throws(() => selectNegotiation({} as never, all, tls13), TypeError);
    });
    await pollute(V1, () => {
      assert.throws(() => encodeNegotiation({ ...offer, version: {} as never }), TypeError);
    });
    const misspelled = { ...safeTls12, extendedMastersecret: true };
    assert.throws(() => selectNegotiation(offer, all, misspelled), TypeError);
    for (const wrong of [undefined, null, 7, { ...all, keyTypes: 'ecdsap256' }]) {
      assert.throws(() => offerNegotiation(wrong as never), TypeError);
      assert.throws(() => selectNegotiation(offer, wrong as never, tls13), TypeError);
    }
  });

  it("chooses its highest version that does not exceed the client's", () => {
    const both = { ...all, versions: [DRAFT, V1] };
    assert.deepEqual(selectNegotiation(offer, both, tls13)?.version, V1);
    assert.deepEqual(selectNegotiation({ ...offer, version: DRAFT }, both, tls13)?.version, DRAFT);
    const future = { ...offer, version: { major: 2, minor: 0 } };
    assert.deepEqual(selectNegotiation(future, all, tls13)?.version, V1);
  });

  it('omits the extension without a common version or key type', () => {
    assert.equal(selectNegotiation({ ...offer, version: DRAFT }, all, tls13), undefined);
    const ecOnly = { ...all, keyTypes: ['ecdsap256'] as const };
    const rsaOffer = { version: V1, keyTypes: ['rsa2048_pss'] as const };
    assert.equal(selectNegotiation(rsaOffer, ecOnly, tls13), undefined);
  });

  it('omits it on TLS 1.2 without EMS and renegotiation indication', () => {
    assert.equal(selectNegotiation(offer, all, tls12), undefined);
    const half = { ...safeTls12, renegotiationIndication: false };
    assert.equal(selectNegotiation(offer, all, half), undefined);
    const other = { ...safeTls12, extendedMasterSecret: false };
    assert.equal(selectNegotiation(offer, all, other), undefined);
    const truthy = { ...safeTls12, extendedMasterSecret: 'false' as never };
    assert.equal(selectNegotiation(offer, all, truthy), undefined);
    assert.deepEqual(selectNegotiation(offer, all, safeTls12)?.keyType, 'ecdsap256');
  });
});

describe("the client's checks (RFC 8472 4)", () => {
  const answer = { version: V1, keyTypes: ['ecdsap256'] as const };

  it('accept a response to the offer', () => {
    const negotiated = { version: V1, keyType: 'ecdsap256' };
    assert.deepEqual(acceptNegotiation(answer, all, tls13), negotiated);
    assert.deepEqual(acceptNegotiation(answer, all, safeTls12), negotiated);
  });

  it('continue without Token Binding if the server omits the extension', () => {
    assert.equal(acceptNegotiation(undefined, all, tls13), undefined);
    assert.equal(acceptNegotiation(undefined, undefined, tls12), undefined);
  });

  it('continue without Token Binding on a lower version that the client does not support', () => {
    assert.equal(acceptNegotiation({ ...answer, version: DRAFT }, all, tls13), undefined);
  });

  it('reject every response that RFC 8472 4 forbids', () => {
    const refuse = (...args: Parameters<typeof acceptNegotiation>) =>
      refused('ERR_TB_NEGOTIATION', () => acceptNegotiation(...args));
    refuse(answer, undefined, tls13);
    refuse({ ...answer, version: { major: 1, minor: 1 } }, all, tls13);
    refuse({ ...answer, version: { major: 2, minor: 0 } }, all, tls13);
    refuse({ ...answer, keyTypes: ['ecdsap256', 'rsa2048_pss'] }, all, tls13);
    refuse({ ...answer, keyTypes: [200] }, all, tls13);
    refuse({ ...answer, keyTypes: [] }, all, tls13);
    refuse(answer, { ...all, keyTypes: ['rsa2048_pss'] }, tls13);
    refuse(answer, all, tls12);
    refuse(answer, all, { ...safeTls12, extendedMasterSecret: false });
    refuse(answer, all, { ...safeTls12, renegotiationIndication: false });
  });
});
