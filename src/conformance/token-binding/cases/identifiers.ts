import { encodeBase64url } from '../../../bytes/base64url.js';
import { KEY_TYPES, type KeyType, keyParametersOf } from '../../../tokenbinding/types.js';
import type { Case } from '../../case.js';
import { type Expectation, expectAccepted, expectRefused } from '../../outcome.js';
import { encodeIdentifier, signedBinding } from '../encode.js';
import { type CorpusKey, corpus } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { slug } from './verification.js';

const CLAUSE = 'RFC 8471 3.2';

/** TokenBindingIDs of public keys (TokenBindingGenerateID), of each key for each key type. */
export function* identifiers(): Generator<Case<TokenBindingSubject>> {
  for (const key of [...corpus.keys, ...corpus.wrongKeys]) {
    for (const keyType of KEY_TYPES) yield identifierCase(key, keyType);
  }
}

function identifierCase(key: CorpusKey, keyType: KeyType): Case<TokenBindingSubject> {
  const title = `${key.name} as ${keyType}`;
  const encodings = { publicKey: key.spki, identifier: encodeIdentifier(signedBinding(key)) };
  return {
    id: `identifiers/${slug(title)}`,
    title,
    input: { call: 'generateId', keyType, publicKey: encodeBase64url(key.spki) },
    ask: (subject) => subject.generateId(keyType, encodings),
    expected: expectationOf(key, keyType),
  };
}

function expectationOf(key: CorpusKey, keyType: KeyType): Expectation {
  const isRsa = key.keyType !== 'ecdsap256';
  const fits = isRsa === (keyType !== 'ecdsap256');
  if (corpus.wrongKeys.includes(key) || !fits) return expectRefused(CLAUSE);
  const keyParameters = keyParametersOf(keyType);
  const identifier = encodeIdentifier({ ...signedBinding(key), keyParameters });
  return expectAccepted(CLAUSE, { keyType, identifier: encodeBase64url(identifier) });
}
