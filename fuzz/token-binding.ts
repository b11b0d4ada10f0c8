import { type KeyType, open, TokenBindingError } from '../src/index.js';
import { walkTokenBindingMessage } from '../src/tokenbinding/message.js';
import {
  decodeBase64url,
  decodeExtensions,
  decodeNegotiation,
  decodeTokenBindingKey,
  decodeTokenBindingMessage,
} from '../src/wire.js';
import { KEY_TYPES, message, newEkm, signedBinding, testKey } from '../test/support/messages.js';
import { mutate } from './mutate.js';
import { requireDocumented, type Target, Violation } from './target.js';

const EKM = newEkm();

/** Genuine TokenBindings of every key type, alone and in pairs. */
const BINDINGS = KEY_TYPES.flatMap((keyType) => {
  const key = testKey(keyType);
  const extensions = new Uint8Array([1, 0, 2, 7, 7, 250, 0, 0]);
  return [
    signedBinding(key, EKM),
    signedBinding(key, EKM, { type: 1 }),
    signedBinding(key, EKM, { type: 1, extensions }),
  ];
});
const MESSAGES: readonly Uint8Array[] = [
  ...BINDINGS.map((binding) => message(binding)),
  ...BINDINGS.flatMap((binding) => BINDINGS.map((other) => message(binding, other))),
];
/** Everything that a signature proves: the type, the identifier and the signature. */
const SIGNED = new Set(MESSAGES.flatMap(signedParts));

const DECODERS: readonly ((bytes: Uint8Array) => unknown)[] = [
  decodeTokenBindingMessage,
  decodeTokenBindingKey,
  decodeExtensions,
  decodeNegotiation,
  (bytes) => walkTokenBindingMessage(bytes, () => {}),
  (bytes) => decodeBase64url(Buffer.from(bytes).toString('latin1'), 'text'),
  (bytes) => decodeBase64url(Buffer.from(bytes).toString('base64url'), 'text'),
];

export const messageDecoder: Target = {
  name: 'message-decoder',
  run(random) {
    const bytes =
      random.below(8) === 0 ? random.bytes(random.below(400)) : mutate(MESSAGES, random);
    return outcomeOf([bytes], () => {
      random.of(DECODERS)(bytes);
      return 'decoded';
    });
  },
};

const provider = open({ provider: 'portable' });

/** A message is accepted only if each of its verified bindings is genuine. */
export const messageVerifier: Target = {
  name: 'message-verifier',
  async run(random) {
    const bytes = mutate(MESSAGES, random);
    const expected = { keyType: random.of<KeyType>(KEY_TYPES), ekm: EKM };
    const sync = outcomeOf([bytes], () => {
      const results = provider.verifyMessageSync(bytes, expected);
      const verified = results.filter(({ status }) => status === 'verified').length;
      const genuine = signedParts(bytes).filter((part) => SIGNED.has(part)).length;
      if (verified > genuine) throw new Violation('a forged binding was accepted', [bytes]);
      return 'accepted';
    });
    const promised = await provider.verifyMessage(bytes, expected).then(
      () => 'accepted',
      (error) => requireDocumented(error, TokenBindingError, [bytes]),
    );
    if (promised !== sync)
      throw new Violation(`the promise form says ${promised}, not ${sync}`, [bytes]);
    return sync;
  },
};

function signedParts(bytes: Uint8Array): string[] {
  return decodeTokenBindingMessage(bytes).map(({ bindingType, tokenBindingID, signature }) => {
    const parts = [tokenBindingID.bytes, signature];
    return [bindingType, ...parts.map((part) => Buffer.from(part).toString('hex'))].join();
  });
}

function outcomeOf(inputs: readonly Uint8Array[], work: () => string): string {
  try {
    return work();
  } catch (error) {
    return requireDocumented(error, TokenBindingError, inputs);
  }
}
