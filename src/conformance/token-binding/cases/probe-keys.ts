import { constants, verify } from 'node:crypto';
import { decodeTokenBindingKey } from '../../../tokenbinding/identifier.js';
import { importPublicKey } from '../../../tokenbinding/key.js';
import { decodeTokenBinding } from '../../../tokenbinding/message.js';
import type { TokenBindingProvider } from '../../../tokenbinding/token-binding-provider.js';
import { KEY_TYPES, type KeyType, keyParametersOf } from '../../../tokenbinding/types.js';
import type { Observations } from '../../outcome.js';
import { corpus } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { attempt, type Probe, withOwnTarget } from './probe.js';

const ekm = corpus.ekms[0] as Uint8Array;

const CONCURRENT_CALLS = 8;

/** Keys that a provider makes and stores. A refusal is observed as its code. */
export const keyProbes: readonly Probe[] = [
  keyProbe(
    'own-messages',
    'the provider verifies its own messages, for each key type',
    (tokenBinding, domain) => forEachKeyType((keyType) => roundTrip(tokenBinding, keyType, domain)),
  ),
  keyProbe(
    'own-signatures',
    'the form of its signatures: padding, salt, order of r and s',
    (tokenBinding, domain) =>
      forEachKeyType(async (keyType) => {
        const request = {
          keyType,
          targetUrl: urlOf(domain),
          bindingType: 'provided',
          ekm,
        } as const;
        const made = await tokenBinding.generateBinding(request);
        return signatureForm(keyType, made.tokenBinding);
      }),
  ),
  keyProbe(
    'identifiers',
    'a key has one identifier: in its binding, beside it and for its target',
    (tokenBinding, domain) =>
      forEachKeyType((keyType) => identifiersOf(tokenBinding, keyType, domain)),
  ),
  keyProbe(
    'any-existing',
    'which key anyexisting means: without a key, with an RSA key, with an EC key too',
    observeAnyExisting,
  ),
  keyProbe('deletion', 'a key exists until it is deleted; deleting a missing key', observeDeletion),
  keyProbe(
    'race',
    `${CONCURRENT_CALLS} concurrent calls make one key`,
    async (tokenBinding, domain) => {
      const make = () => attempt(() => makeKey(tokenBinding, 'ecdsap256', urlOf(domain)));
      const made = await Promise.all(Array.from({ length: CONCURRENT_CALLS }, make));
      return { keys: new Set(made).size };
    },
  ),
];

function keyProbe(
  id: string,
  title: string,
  observe: (tokenBinding: TokenBindingProvider, domain: string) => Promise<Observations>,
): Probe {
  return {
    id,
    title,
    observe: (subject: TokenBindingSubject) =>
      withOwnTarget(subject, (domain) => observe(subject.tokenBinding, domain)),
  };
}

async function observeAnyExisting(
  tokenBinding: TokenBindingProvider,
  domain: string,
): Promise<Observations> {
  const url = urlOf(domain);
  const request = { targetUrl: url, bindingType: 'provided', ekm } as const;
  const named = async () => (await tokenBinding.generateIdForUri('anyexisting', url)).keyType;
  const bound = async () =>
    (await tokenBinding.generateBinding({ keyType: 'anyexisting', ...request })).keyType;
  const both = async () => `${await attempt(named)}, ${await attempt(bound)}`;
  const without = await both();
  await attempt(() => makeKey(tokenBinding, 'rsa2048_pss', url));
  const withRsa = await both();
  await attempt(() => makeKey(tokenBinding, 'ecdsap256', url));
  return { without, withRsa, withBoth: await both() };
}

async function observeDeletion(
  tokenBinding: TokenBindingProvider,
  domain: string,
): Promise<Observations> {
  const url = urlOf(domain);
  const make = () => attempt(() => makeKey(tokenBinding, 'ecdsap256', url));
  const remove = async () => {
    await tokenBinding.deleteBinding(url);
    return 'done';
  };
  const missing = await attempt(remove);
  const first = await make();
  const stays = (await make()) === first;
  const deleted = await attempt(remove);
  return { missing, stays, deleted, newAfterwards: (await make()) !== first };
}

function urlOf(domain: string): string {
  return `https://${domain}/`;
}

/** Makes a key unless there is one, and returns its identifier. */
async function makeKey(
  tokenBinding: TokenBindingProvider,
  keyType: KeyType,
  targetUrl: string,
): Promise<string> {
  const request = { keyType, targetUrl, bindingType: 'provided', ekm } as const;
  const { identifier } = await tokenBinding.generateBinding(request);
  return Buffer.from(identifier).toString('hex');
}

async function forEachKeyType(
  observe: (keyType: KeyType) => Promise<string>,
): Promise<Observations> {
  const observations: Record<string, string> = {};
  for (const keyType of KEY_TYPES) {
    observations[keyType] = await attempt(() => observe(keyType));
  }
  return observations;
}

async function roundTrip(
  tokenBinding: TokenBindingProvider,
  keyType: KeyType,
  domain: string,
): Promise<string> {
  const targetUrl = urlOf(domain);
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
  tokenBinding: TokenBindingProvider,
  keyType: KeyType,
  domain: string,
): Promise<string> {
  const targetUrl = urlOf(domain);
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
  return count === 1 ? 'one identifier' : `${count} identifiers`;
}

/** Found with node:crypto, which tells forms apart that a verifier might accept alike. */
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
