import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  confirmation,
  HttpTokenBindingError,
  type PkceProof,
  pkceChallenge,
  pkceVerifier,
  TOKEN_BINDING_METADATA,
  verifyClientData,
  verifyConfirmation,
  verifyIntrospection,
  verifyPkce,
} from '../../src/http.js';
import { type BindingResult, verifyMessage } from '../../src/index.js';
import { decodeBase64url, tokenBindingHash } from '../../src/wire.js';
import { oauthFigures, vectors } from '../support/vectors.js';
import { KEY, KEYS, OTHER } from './support/binding-message.js';

const published = vectors.flatMap(({ id, bindings = [] }) =>
  bindings.map(({ tokenBindingId, tbh }) => ({
    id,
    identifier: decodeBase64url(tokenBindingId),
    tbh,
  })),
);

function figureValue(figure: number, name: string): string {
  const value = oauthFigures[figure]?.[name];
  assert.ok(value !== undefined, `figure ${figure} has no ${name}`);
  return value;
}

/** The bindings of the message in a figure. */
function bindingsOf(figure: number): Promise<BindingResult[]> {
  const ekm = decodeBase64url(figureValue(figure, 'ekm'));
  return verifyMessage(decodeBase64url(figureValue(figure, 'message')), {
    keyType: 'ecdsap256',
    ekm,
  });
}

function isMismatch(error: unknown): boolean {
  assert.ok(error instanceof HttpTokenBindingError);
  assert.deepEqual([error.code, error.status], ['ERR_HTTP_TB_MISMATCH', 401]);
  return true;
}

describe('confirmation() and verifyConfirmation()', () => {
  it('agree with every published tbh', () => {
    assert.ok(published.length >= 50);
    for (const { id, identifier, tbh } of published) {
      assert.deepEqual(confirmation(identifier), { tbh }, id);
      verifyConfirmation({ tbh }, identifier);
      const altered = identifier.slice();
      altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
      assert.throws(() => verifyConfirmation({ tbh }, altered), isMismatch, id);
    }
  });

  it('reject each token that is not bound to the key', () => {
    const { tbh } = confirmation(KEY.identifier);
    verifyConfirmation({ tbh, jwk: {} }, KEY.identifier);
    const { identifier } = OTHER;
    const wrong: [unknown, Uint8Array | undefined][] = [
      [{ tbh }, identifier],
      [{ tbh }, undefined],
      [undefined, undefined],
      [undefined, KEY.identifier],
      [null, KEY.identifier],
      [tbh, KEY.identifier],
      [{}, KEY.identifier],
      [{ tbh: undefined }, KEY.identifier],
      [{ tbh: null }, KEY.identifier],
      [{ tbh: '' }, KEY.identifier],
      [{ tbh: `${tbh}=` }, KEY.identifier],
      [{ tbh: ` ${tbh}` }, KEY.identifier],
      [{ tbh: `${tbh}A` }, KEY.identifier],
      [{ tbh: tbh.slice(0, -1) }, KEY.identifier],
      [{ tbh: [tbh] }, KEY.identifier],
      [{ tbh: Buffer.from(tbh, 'base64url') }, KEY.identifier],
    ];
    for (const [cnf, key] of wrong) assert.throws(() => verifyConfirmation(cnf, key), isMismatch);
    for (const key of [new Uint8Array(0), new Uint8Array(2)]) {
      assert.throws(() => verifyConfirmation({ tbh: tokenBindingHash(key) }, key), RangeError);
      assert.throws(() => confirmation(key), RangeError);
    }
    for (const key of ['text', null, [1]]) {
      assert.throws(() => verifyConfirmation({ tbh }, key as never), TypeError);
      assert.throws(() => confirmation(key as never), TypeError);
    }
    assert.throws(() => verifyConfirmation(Object.create({ tbh }), KEY.identifier), TypeError);
  });
});

describe('verifyIntrospection()', () => {
  it('accepts the example of draft-ietf-oauth-token-binding-08, and no other key', async () => {
    const [resource] = await bindingsOf(11);
    const answer = { active: true, sub: 'brian@example.com', cnf: { tbh: figureValue(10, 'tbh') } };
    assert.deepEqual(confirmation(resource?.identifier as Uint8Array), answer.cnf);
    verifyIntrospection(answer, resource?.identifier);
    assert.throws(() => verifyIntrospection(answer, KEY.identifier), isMismatch);
    assert.throws(() => verifyIntrospection(answer, undefined), isMismatch);
  });

  it('rejects a token that is not active or not bound', () => {
    const cnf = confirmation(KEY.identifier);
    for (const answer of [
      { cnf },
      { active: false, cnf },
      { active: 'true', cnf },
      { active: true },
      { active: true, cnf: {} },
      { active: true, tbh: cnf.tbh },
      { active: true, token: { cnf } },
    ]) {
      assert.throws(() => verifyIntrospection(answer, KEY.identifier), isMismatch);
    }
    for (const answer of [undefined, null, 'text', Object.create({ active: true, cnf })]) {
      assert.throws(() => verifyIntrospection(answer, KEY.identifier), TypeError);
    }
  });
});

describe('verifyClientData()', () => {
  const encode = (data: unknown) =>
    new TextEncoder().encode(typeof data === 'string' ? data : JSON.stringify(data));
  const id = Buffer.from(KEY.identifier).toString('base64url');

  it('accepts the key of the request', () => {
    const present = { type: 'webauthn.get', tokenBinding: { status: 'present', id } };
    verifyClientData(encode(present), KEY.identifier);
    verifyClientData(Buffer.from(encode(present)), KEY.identifier);
  });

  it('accepts client data without a key if the request has proven none', () => {
    for (const data of [
      {},
      { tokenBinding: { status: 'supported' } },
      { tokenBinding: { status: 'another' } },
      { tokenBinding: {} },
    ]) {
      verifyClientData(encode(data), undefined);
    }
  });

  it('rejects each other state', () => {
    const wrong: [unknown, Uint8Array | undefined][] = [
      [{ tokenBinding: { status: 'present', id } }, undefined],
      [{ tokenBinding: { status: 'present' } }, undefined],
      [{ tokenBinding: { status: 'present', id } }, OTHER.identifier],
      [{ tokenBinding: { status: 'present' } }, KEY.identifier],
      [{ tokenBinding: { status: 'present', id: `${id}=` } }, KEY.identifier],
      [{ tokenBinding: { status: 'present', id: [id] } }, KEY.identifier],
      [{ tokenBinding: { status: 'Present', id } }, KEY.identifier],
      [{ tokenBinding: { status: 'supported', id } }, KEY.identifier],
      [{ tokenBinding: { id } }, KEY.identifier],
      [{ tokenBinding: null }, undefined],
      [{ tokenBinding: id }, KEY.identifier],
      [{ status: 'present', id }, KEY.identifier],
      [{}, KEY.identifier],
      [[], KEY.identifier],
      [[], undefined],
      [{ tokenBinding: [] }, undefined],
      ['null', undefined],
      ['', undefined],
      ['{', undefined],
      ['"text"', undefined],
    ];
    for (const [data, key] of wrong) {
      assert.throws(() => verifyClientData(encode(data), key), isMismatch, JSON.stringify(data));
    }
    assert.throws(
      () => verifyClientData(Buffer.from('{"a":"\xff"}', 'latin1'), undefined),
      isMismatch,
    );
    for (const data of ['{}', null, undefined]) {
      assert.throws(() => verifyClientData(data as never, undefined), TypeError);
    }
  });
});

describe('PKCE with Token Binding', () => {
  const provided: PkceProof = {
    method: 'TB-S256',
    challenge: pkceChallenge('TB-S256', KEY.identifier).code_challenge,
    verifier: pkceVerifier('TB-S256'),
    identifier: KEY.identifier,
  };
  const rsa = KEYS.rsa2048_pss.identifier;
  const referred: PkceProof = {
    method: 'referred_tb',
    challenge: pkceChallenge('referred_tb').code_challenge,
    verifier: pkceVerifier('referred_tb', rsa),
    identifier: rsa,
  };

  it('has the parameters of draft-ietf-oauth-token-binding-08', () => {
    for (const { identifier, tbh } of published) {
      assert.deepEqual(pkceChallenge('TB-S256', identifier), {
        code_challenge_method: 'TB-S256',
        code_challenge: tbh,
      });
    }
    assert.equal(provided.verifier, 'provided_tb');
    assert.deepEqual(pkceChallenge('referred_tb'), {
      code_challenge_method: 'referred_tb',
      code_challenge: 'referred_tb',
    });
    assert.equal(referred.verifier, Buffer.from(rsa).toString('base64url'));
  });

  it('has the values of the figures of that draft', async () => {
    const [native] = await bindingsOf(15);
    const identifier = native?.identifier;
    const challenge = figureValue(14, 'code_challenge');
    assert.equal(pkceChallenge('TB-S256', identifier).code_challenge, challenge);
    verifyPkce({
      method: 'TB-S256',
      challenge,
      verifier: figureValue(15, 'code_verifier'),
      identifier,
    });

    const [, browser] = await bindingsOf(17);
    const [redirected] = await bindingsOf(18);
    assert.equal(browser?.bindingType, 'referred');
    const verifier = figureValue(19, 'code_verifier');
    assert.equal(pkceVerifier('referred_tb', redirected?.identifier), verifier);
    assert.deepEqual(pkceChallenge('referred_tb'), oauthFigures[16]);
    const proof = { method: 'referred_tb', challenge: 'referred_tb', verifier } as const;
    verifyPkce({ ...proof, identifier: browser?.identifier });
    assert.throws(() => verifyPkce({ ...proof, identifier }), isMismatch);
  });

  it('accepts the key that a code is bound to, and no other', () => {
    verifyPkce(provided);
    verifyPkce(referred);
    const wrong: PkceProof[] = [
      { ...provided, identifier: OTHER.identifier },
      { ...provided, identifier: undefined },
      { ...provided, verifier: 'referred_tb' },
      { ...provided, verifier: '' },
      { ...provided, challenge: 'provided_tb' },
      { ...provided, method: 'referred_tb' },
      { ...referred, identifier: KEY.identifier },
      { ...referred, identifier: undefined },
      { ...referred, verifier: 'referred_tb' },
      { ...referred, verifier: `${referred.verifier}=` },
      { ...referred, verifier: undefined as never },
      { ...referred, challenge: 'plain' },
      { ...referred, method: 'TB-S256' },
      { ...referred, method: 'TB-S256', verifier: 'provided_tb' },
    ];
    for (const proof of wrong) assert.throws(() => verifyPkce(proof), isMismatch);
  });

  it('rejects wrong arguments', () => {
    for (const call of [
      () => pkceChallenge('S256' as never, KEY.identifier),
      () => pkceChallenge('referred_tb', KEY.identifier),
      () => pkceVerifier('TB-S256', KEY.identifier),
      () => verifyPkce({ ...provided, method: 'plain' as never }),
      () => pkceVerifier('referred_tb', new Uint8Array(0)),
      () => verifyPkce({ ...referred, verifier: '', identifier: new Uint8Array(0) }),
    ]) {
      assert.throws(call, RangeError);
    }
    for (const call of [
      () => pkceChallenge('TB-S256'),
      () => pkceVerifier('referred_tb'),
      () => verifyPkce({ ...provided, identifier: 'key' as never }),
      () => verifyPkce({ ...provided, other: 1 } as never),
    ]) {
      assert.throws(call, TypeError);
    }
  });
});

describe('TOKEN_BINDING_METADATA', () => {
  it('has the registered names, and nobody can change them', () => {
    const names = Object.values(TOKEN_BINDING_METADATA).flatMap((part) => Object.values(part));
    assert.deepEqual(
      names.map((name) => name.replace('_token_binding_supported', '')),
      [
        'client_access_token',
        'client_refresh_token',
        'as_access_token',
        'as_refresh_token',
        'rp_id_token',
        'op_id_token',
      ],
    );
    for (const part of Object.values(TOKEN_BINDING_METADATA)) assert.ok(Object.isFrozen(part));
  });
});
