import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type BindingResult, type KeyType, open, TokenBindingError } from '../../src/index.js';
import { walkTokenBindingMessage } from '../../src/tokenbinding/message.js';
import {
  decodeBase64url,
  decodeExtensions,
  decodeNegotiation,
  decodeTokenBindingKey,
  decodeTokenBindingMessage,
  encodeBase64url,
  encodeNegotiation,
} from '../../src/wire.js';
import {
  binding,
  ecKey,
  identifier,
  KEY_TYPES,
  message,
  newEkm,
  opaque16,
  rsaKey,
  signedBinding,
  type TestKey,
  testKey,
} from '../support/messages.js';

// The committed seed makes the same cases on every machine; FC_SEED makes others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 8471), numRuns: 2000 });

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });

const identifiers = fc.oneof(
  bytes(1, 255).map((point) => identifier(2, ecKey(point))),
  fc
    .tuple(fc.constantFrom(0, 1), bytes(1, 300), bytes(1, 255))
    .map(([keyParameters, n, e]) => identifier(keyParameters, rsaKey(n, e))),
  fc
    .tuple(fc.integer({ min: 3, max: 255 }), bytes(0, 300))
    .map(([keyParameters, key]) => identifier(keyParameters, key)),
);

const extensions = fc.array(fc.tuple(fc.nat(255), bytes(0, 20)), { maxLength: 4 });

const structures = fc.record({
  type: fc.nat(255),
  identifier: identifiers,
  signature: bytes(64, 300),
  list: extensions,
});

const rawOf = (list: [number, Uint8Array][]) =>
  Buffer.concat(list.map(([type, data]) => Buffer.concat([Buffer.from([type]), opaque16(data)])));

describe('codec properties', () => {
  it('decodes any well-formed message to its parts', () => {
    fc.assert(
      fc.property(fc.array(structures, { minLength: 1, maxLength: 5 }), (parts) => {
        const encoded = parts.map(({ list, ...rest }) =>
          binding({ ...rest, extensions: rawOf(list) }),
        );
        const whole = message(...encoded);
        fc.pre(whole.length >= 134);
        const decoded = decodeTokenBindingMessage(whole);
        assert.equal(decoded.length, parts.length);
        for (const [index, structure] of decoded.entries()) {
          const { type, identifier, signature, list } = parts[index] as (typeof parts)[number];
          const names = ['provided', 'referred'];
          assert.equal(structure.bindingType, names[type] ?? type);
          assert.deepEqual(Buffer.from(structure.tokenBindingID.bytes), Buffer.from(identifier));
          assert.deepEqual(Buffer.from(structure.signature), Buffer.from(signature));
          assert.deepEqual(Buffer.from(structure.extensions), rawOf(list));
          const found = decodeExtensions(structure.extensions);
          assert.deepEqual(
            found.map(({ extensionType, extensionData }) => [
              extensionType,
              Uint8Array.from(extensionData),
            ]),
            list,
          );
        }
        assert.deepEqual(Buffer.from(open().generateMessageSync(encoded)), whole);
      }),
    );
  });

  it('round-trips base64url and the negotiation body', () => {
    fc.assert(
      fc.property(bytes(0, 300), (value) => {
        const text = encodeBase64url(value);
        assert.deepEqual(Uint8Array.from(decodeBase64url(text, 'text')), value);
      }),
    );
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), bytes(1, 255), (major, minor, list) => {
        const body = Buffer.concat([Buffer.from([major, minor, list.length]), list]);
        assert.deepEqual(Buffer.from(encodeNegotiation(decodeNegotiation(body))), body);
      }),
    );
  });

  it('decoders throw only TokenBindingError, for any bytes and any text', () => {
    const decoders = [decodeTokenBindingMessage, decodeTokenBindingKey, decodeExtensions];
    fc.assert(
      fc.property(bytes(0, 400), (value) => {
        for (const decode of [...decoders, decodeNegotiation])
          onlyTokenBindingError(() => decode(value));
      }),
    );
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String());
    fc.assert(
      fc.property(text, (value) => onlyTokenBindingError(() => decodeBase64url(value, 'text'))),
    );
  });
});

describe('verifier properties', () => {
  const ekm = newEkm();
  const keys = Object.fromEntries(KEY_TYPES.map((type) => [type, testKey(type)])) as Record<
    KeyType,
    TestKey
  >;
  const valid = KEY_TYPES.map((type) => {
    const key = keys[type];
    const other = keys.ecdsap256;
    const referred = signedBinding(other, ekm, { type: 1 });
    return { keyType: type, whole: message(signedBinding(key, ekm), referred) };
  });
  const tokenBinding = open();

  it('has the same verdict in both forms for any bytes and any mutation, and throws no other error', async () => {
    const mutation = fc.record({
      base: fc.constantFrom(...valid),
      edits: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      cut: fc.option(fc.nat()),
      tail: bytes(0, 3),
      negotiated: fc.constantFrom(...KEY_TYPES),
    });
    const outcomes: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(mutation, async ({ base, edits, cut, tail, negotiated }) => {
        const whole = Buffer.concat([base.whole, tail]);
        for (const [position, value] of edits) whole.writeUInt8(value, position % whole.length);
        const changed = cut === null ? whole : whole.subarray(0, cut % (whole.length + 1));
        const expected = { keyType: negotiated as KeyType, ekm };
        const sync = outcome(() => tokenBinding.verifyMessageSync(changed, expected));
        const promised = await tokenBinding.verifyMessage(changed, expected).then(
          (results) => outcome(() => results),
          (error) =>
            outcome(() => {
              throw error;
            }),
        );
        assert.deepEqual(promised, sync);
        if (typeof sync !== 'string') {
          assert.ok(changed.equals(base.whole) && negotiated === base.keyType);
        }
        const kind = typeof sync === 'string' ? (sync.split(' ')[0] ?? '') : 'accepted';
        outcomes[kind] = (outcomes[kind] ?? 0) + 1;
      }),
    );
    const seen = ['accepted', 'ERR_TB_KEY_TYPE', 'ERR_TB_MALFORMED', 'ERR_TB_SIGNATURE'];
    for (const kind of seen) assert.ok((outcomes[kind] ?? 0) > 0, `${kind} never came up`);
  });

  it('rejects every signature under another key, EKM, binding type or key type', () => {
    const choice = fc.record({
      made: fc.constantFrom(...KEY_TYPES),
      claimed: fc.constantFrom(...KEY_TYPES),
      type: fc.nat(3),
      claimedType: fc.nat(3),
      sameEkm: fc.boolean(),
    });
    fc.assert(
      fc.property(choice, ({ made, claimed, type, claimedType, sameEkm }) => {
        const honest = made === claimed && type === claimedType && sameEkm;
        const own = signedBinding(keys[made], ekm, { type });
        const { identifier } = keys[claimed];
        const [structure] = decodeTokenBindingMessage(message(own));
        const forged = binding({
          type: claimedType,
          identifier,
          signature: structure?.signature ?? Buffer.alloc(64),
        });
        const expected = { keyType: claimed, ekm: sameEkm ? ekm : newEkm() };
        const verify = () => tokenBinding.verifyMessageSync(message(forged), expected);
        if (honest) assert.equal(verify().length, 1);
        else assert.throws(verify, { code: 'ERR_TB_SIGNATURE' });
      }),
      { numRuns: 500 },
    );
  });

  it('reads each field once, in up to 65,400 bytes of the smallest extensions', () => {
    const key = keys.ecdsap256;
    const fieldsWith = (count: number) => {
      let fields = 0;
      const whole = message(signedBinding(key, ekm, { extensions: Buffer.alloc(3 * count) }));
      walkTokenBindingMessage(whole, () => fields++);
      return fields;
    };
    const none = fieldsWith(0);
    for (const count of [1, 100, 21_799]) assert.equal(fieldsWith(count), none + 2 * count);
  });
});

function outcome(work: () => BindingResult[]): string | object[] {
  try {
    return work().map(({ identifier, extensionData, ...result }) => ({
      ...result,
      identifier: Buffer.from(identifier).toString('hex'),
      extensionData: Buffer.from(extensionData).toString('hex'),
    }));
  } catch (error) {
    if (!(error instanceof TokenBindingError)) throw error;
    return `${error.code} ${error.message}`;
  }
}

function onlyTokenBindingError(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof TokenBindingError, String(error));
  }
}
