import { constants, verify } from 'node:crypto';
import { decodeTokenBindingKey } from '../../tokenbinding/identifier.js';
import { importPublicKey } from '../../tokenbinding/key.js';
import { decodeTokenBinding } from '../../tokenbinding/message.js';
import type { TokenBinding } from '../../tokenbinding/token-binding.js';
import { KEY_TYPES, type KeyType, keyParametersOf } from '../../tokenbinding/types.js';
import { corpus } from '../corpus.js';
import type { Json } from '../outcome.js';
import { codeOf, observed, type Probe, withOwnTarget } from './probe.js';

const ekm = corpus.ekms[0] as Uint8Array;

/** Keys that a provider makes and keeps. */
export const keyProbes: readonly Probe[] = [
  {
    id: 'own-messages',
    title: 'a message of its own passes its own verification, whatever the key type',
    observe: (subject) =>
      withOwnTarget(subject, (domain) =>
        forEachKeyType((keyType) => roundTrip(subject.tokenBinding, keyType, domain)),
      ),
    expected: observed(
      Object.fromEntries(
        KEY_TYPES.map((keyType) => [keyType, 'provided verified, referred verified']),
      ),
      'RFC 8471 4',
    ),
  },
  {
    id: 'own-signatures',
    title: 'what its signatures are: padding, salt, order of r and s',
    observe: (subject) =>
      withOwnTarget(subject, (domain) =>
        forEachKeyType(async (keyType) => {
          const request = {
            keyType,
            targetUrl: `https://${domain}/`,
            bindingType: 'provided',
            ekm,
          } as const;
          const { tokenBinding } = await subject.tokenBinding.generateBinding(request);
          return signatureForm(keyType, tokenBinding);
        }),
      ),
    expected: observed(
      {
        ecdsap256: 'r || s',
        rsa2048_pss: 'PSS, salt of 32 bytes',
        'rsa2048_pkcs1.5': 'PKCS1',
      },
      'RFC 8471 3.3',
    ),
  },
  {
    id: 'identifiers',
    title: 'one key has one identifier: in its binding, beside it and for its target',
    observe: (subject) =>
      withOwnTarget(subject, (domain) =>
        forEachKeyType((keyType) => identifiersOf(subject.tokenBinding, keyType, domain)),
      ),
    expected: observed(
      {
        ecdsap256: '68 bytes, one identifier',
        rsa2048_pss: '265 bytes, one identifier',
        'rsa2048_pkcs1.5': '265 bytes, one identifier',
      },
      'RFC 8471 3.2',
    ),
  },
  {
    id: 'any-existing',
    title:
      'which key stands for any existing one: without a key, with an RSA key, with an EC key too',
    observe: (subject) =>
      withOwnTarget(subject, async (domain) => {
        const { tokenBinding } = subject;
        const url = `https://${domain}/`;
        const found = async () => {
          const { keyType } = await tokenBinding.generateIdForUri('anyexisting', url);
          return keyType;
        };
        const without = await codeOf(found);
        await tokenBinding.generateIdForUri('rsa2048_pss', url);
        const withRsa = await found();
        await tokenBinding.generateIdForUri('ecdsap256', url);
        return { without, withRsa, withBoth: await found() };
      }),
  },
  {
    id: 'deletion',
    title: 'a key stays until it is deleted, and what deleting nothing comes to',
    observe: (subject) =>
      withOwnTarget(subject, async (domain) => {
        const { tokenBinding } = subject;
        const url = `https://${domain}/`;
        const identifier = async () => {
          const made = await tokenBinding.generateIdForUri('ecdsap256', url);
          return Buffer.from(made.identifier).toString('hex');
        };
        const missing = await codeOf(() => tokenBinding.deleteBinding(url));
        const first = await identifier();
        const stays = (await identifier()) === first;
        await tokenBinding.deleteBinding(url);
        return { missing, stays, newAfterwards: (await identifier()) !== first };
      }),
  },
];

async function forEachKeyType(
  observe: (keyType: KeyType) => Promise<Json>,
): Promise<{ [name: string]: Json }> {
  const observations: { [name: string]: Json } = {};
  for (const keyType of KEY_TYPES) observations[keyType] = await observe(keyType);
  return observations;
}

async function roundTrip(
  tokenBinding: TokenBinding,
  keyType: KeyType,
  domain: string,
): Promise<string> {
  const targetUrl = `https://${domain}/`;
  const made = [];
  for (const bindingType of ['provided', 'referred'] as const) {
    const request = { keyType, targetUrl, bindingType, ekm };
    made.push((await tokenBinding.generateBinding(request)).tokenBinding);
  }
  const message = await tokenBinding.generateMessage(made);
  const results = await tokenBinding.verifyMessage(message, { keyType, ekm });
  return results.map(({ bindingType, status }) => `${bindingType} ${status}`).join(', ');
}

async function identifiersOf(
  tokenBinding: TokenBinding,
  keyType: KeyType,
  domain: string,
): Promise<string> {
  const targetUrl = `https://${domain}/`;
  const made = await tokenBinding.generateBinding({
    keyType,
    targetUrl,
    bindingType: 'provided',
    ekm,
  });
  const forTarget = await tokenBinding.generateIdForUri(keyType, targetUrl);
  const inside = decodeTokenBinding(made.tokenBinding).tokenBindingID.bytes;
  const forms = [made.identifier, forTarget.identifier, inside].map((bytes) =>
    Buffer.from(bytes).toString('hex'),
  );
  const count = new Set(forms).size;
  return `${inside.length} bytes, ${count === 1 ? 'one identifier' : `${count} identifiers`}`;
}

/** By node:crypto itself, which tells forms apart that a verifier could let pass. */
function signatureForm(keyType: KeyType, bytes: Uint8Array): string {
  const { tokenBindingID, signature } = decodeTokenBinding(bytes);
  const key = importPublicKey(decodeTokenBindingKey(tokenBindingID.bytes), 'key');
  const data = Buffer.concat([Buffer.of(0, keyParametersOf(keyType)), ekm]);
  const isValid = (options: object) => verify('sha256', data, { key, ...options }, signature);
  if (keyType === 'ecdsap256') {
    if (isValid({ dsaEncoding: 'ieee-p1363' })) return 'r || s';
    return isValid({ dsaEncoding: 'der' }) ? 'DER' : 'not valid';
  }
  if (isValid({ padding: constants.RSA_PKCS1_PADDING })) return 'PKCS1';
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  for (let saltLength = 0; saltLength <= 222; saltLength++) {
    if (isValid({ padding, saltLength })) return `PSS, salt of ${saltLength} bytes`;
  }
  return 'not valid';
}
