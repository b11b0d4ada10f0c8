import { encodeBase64url } from '../../bytes/base64url.js';
import { KEY_TYPES, type KeyType, keyParametersOf } from '../../tokenbinding/types.js';
import type { Case, Expectation } from '../case.js';
import { identifierOf, signed } from '../compose.js';
import { type CorpusKey, corpus } from '../corpus.js';
import { refused, slug } from './verification.js';

/** TokenBindingIDs of public keys (TokenBindingGenerateID), each for every key type. */
export function* identifiers(): Generator<Case> {
  for (const key of [...corpus.keys, ...corpus.wrongKeys]) {
    for (const keyType of KEY_TYPES) yield identifier(key, keyType);
  }
}

function identifier(key: CorpusKey, keyType: KeyType): Case {
  const title = `${key.name} as ${keyType}`;
  const own = identifierOf(signed(key));
  const call = { name: 'generateId', keyType, publicKey: key.spki, identifier: own } as const;
  const expected = expectationOf(key, keyType);
  return { id: `identifiers/${slug(title)}`, group: 'identifiers', title, call, expected };
}

function expectationOf(key: CorpusKey, keyType: KeyType): Expectation {
  const clause = 'RFC 8471 3.2';
  const isRsa = key.keyType !== 'ecdsap256';
  if (corpus.wrongKeys.includes(key) || isRsa !== (keyType !== 'ecdsap256')) return refused(clause);
  const bytes = identifierOf({ ...signed(key), keyParameters: keyParametersOf(keyType) });
  const identifier = encodeBase64url(bytes);
  return { outcome: { verdict: 'accepted', keyType, identifier }, clause };
}
