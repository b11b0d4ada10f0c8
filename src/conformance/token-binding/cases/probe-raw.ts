import type { RawCalls } from '../../../native/raw.js';
import { ANY_EXISTING, KEY_TYPES, keyParametersOf } from '../../../tokenbinding/types.js';
import { keyBlobOf } from '../../../tokenbinding/windows/key-blob.js';
import type { Observations } from '../../outcome.js';
import {
  encodeBinding,
  encodeExtensions,
  encodeIdentifier,
  encodeMessage,
  signedBinding,
} from '../encode.js';
import { corpus, findKey } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { deleteKeys, describeStatus, type Probe, withOwnTarget } from './probe.js';

const ec = findKey('P-256 key 1');
const ecNumber = keyParametersOf('ecdsap256');
const ekm = corpus.ekms[0] as Uint8Array;
const message = encodeMessage([signedBinding(ec)]);
const NO_BYTES = new Uint8Array(0);
/** As many bytes as an extension can have: the DLL is not told how many it may read. */
const MAX_EXTENSION = 65_536;
const KEY_NUMBERS = [0, 1, 2, 3, 99, 254, ANY_EXISTING, 256, 0xffff_ffff];

type Observe = (
  raw: RawCalls,
  domain: string,
  subject: TokenBindingSubject,
) => Promise<Observations>;

/** How the DLL handles arguments that this package never passes to it. */
export const rawProbes: readonly Probe[] = [
  rawProbe('ekm-sizes', 'which sizes of the EKM are accepted', async (raw, domain) => {
    const observations: Record<string, string> = {};
    const long = Buffer.concat([ekm, new Uint8Array(1024)]);
    for (const size of [0, 1, 16, 31, 32, 33, 48, 64, 1024]) {
      const sized = long.subarray(0, size);
      const made = await raw.generateBinding(ecNumber, `https://${domain}/`, 0, sized, 0, NO_BYTES);
      observations[`generate ${size}`] = describeStatus('TokenBindingGenerateBinding', made);
      const verified = await raw.verifyMessage(message, ecNumber, sized);
      observations[`verify ${size}`] = describeStatus('TokenBindingVerifyMessage', verified);
    }
    return observations;
  }),
  rawProbe(
    'key-types',
    'which numbers of key types are accepted, by each function',
    async (raw, domain) => {
      const observations: Record<string, string> = {};
      const blob = keyBlobOf(encodeIdentifier(signedBinding(ec)));
      for (const number of KEY_NUMBERS) {
        const made = await raw.generateBinding(number, `https://${domain}/`, 0, ekm, 0, NO_BYTES);
        observations[`generate ${number}`] = describeStatus('TokenBindingGenerateBinding', made);
        const verified = await raw.verifyMessage(message, number, ekm);
        observations[`verify ${number}`] = describeStatus('TokenBindingVerifyMessage', verified);
        const named = await raw.generateId(number, blob);
        observations[`identify ${number}`] = describeStatus('TokenBindingGenerateID', named);
      }
      return observations;
    },
  ),
  rawProbe('key-type-lists', 'the numbers of the key types that the DLL lists', async (raw) => {
    const client = await raw.getKeyTypesClient();
    const server = await raw.getKeyTypesServer();
    return {
      client: client.value ?? describeStatus('TokenBindingGetKeyTypesClient', client),
      server: server.value ?? describeStatus('TokenBindingGetKeyTypesServer', server),
    };
  }),
  rawProbe('binding-types', 'which types of bindings can be made', async (raw, domain) => {
    const observations: Record<string, string> = {};
    for (const type of [0, 1, 2, 77, 255, 256]) {
      const made = await raw.generateBinding(
        ecNumber,
        `https://${domain}/`,
        type,
        ekm,
        0,
        NO_BYTES,
      );
      observations[type] = describeStatus('TokenBindingGenerateBinding', made);
    }
    return observations;
  }),
  rawProbe('extensions', 'extensions, which are passed without their size', async (raw, domain) => {
    const observations: Record<string, string> = {};
    for (const format of [0, 1]) {
      for (const size of [0, MAX_EXTENSION]) {
        const data = new Uint8Array(size);
        const made = await raw.generateBinding(
          ecNumber,
          `https://${domain}/`,
          0,
          ekm,
          format,
          data,
        );
        const status = describeStatus('TokenBindingGenerateBinding', made);
        const length = made.value?.result.extensionData.length ?? 0;
        const name = `format ${format}, ${size === 0 ? 'no data' : 'zeros'}`;
        observations[name] = `${status}, ${length} bytes listed`;
      }
    }
    return observations;
  }),
  rawProbe(
    'public-keys',
    'which encodings of a public key are accepted, and give the same key',
    async (raw) => {
      const observations: Record<string, string> = {};
      for (const keyType of KEY_TYPES) {
        const key = corpus.keys.find((one) => one.keyType === keyType) as typeof ec;
        const identifier = Buffer.from(encodeIdentifier(signedBinding(key)));
        const encodings = {
          blob: keyBlobOf(identifier),
          'blob with a byte after it': Buffer.concat([keyBlobOf(identifier), Buffer.of(0)]),
          'as in the TokenBindingID': key.key,
          SubjectPublicKeyInfo: key.spki,
          TokenBindingID: identifier,
          'no bytes': new Uint8Array(0),
        };
        for (const [encoding, bytes] of Object.entries(encodings)) {
          const answer = await raw.generateId(keyParametersOf(keyType), bytes);
          const same = answer.value && identifier.equals(answer.value.identifier);
          const status = describeStatus('TokenBindingGenerateID', answer);
          observations[`${keyType} ${encoding}`] =
            same === false ? `${status}, another key` : status;
        }
      }
      return observations;
    },
  ),
  rawProbe('joining', 'which lists of bindings are joined to a message', async (raw) => {
    const binding = encodeBinding(signedBinding(ec));
    const lists: Record<string, Uint8Array[]> = {
      nothing: [],
      'no bytes': [new Uint8Array(0)],
      'one byte': [Buffer.of(0)],
      'half a binding': [binding.subarray(0, 70)],
      'a binding and half of one': [binding, binding.subarray(0, 70)],
      '65536 bytes': [new Uint8Array(65_536)],
      '479 bindings': Array(479).fill(binding),
    };
    const observations: Record<string, string> = {};
    for (const [name, list] of Object.entries(lists)) {
      const answer = await raw.generateMessage(list);
      observations[name] = describeStatus('TokenBindingGenerateMessage', answer);
    }
    return observations;
  }),
  rawProbe('targets', 'which targets share a key', observeTargets),
  rawProbe(
    'memory',
    'whether results are blocks that can be freed, with readable parts',
    async (raw, domain) => {
      const bindings = [
        signedBinding(ec, { extensions: encodeExtensions([7, Buffer.of(1, 2, 3)]) }),
        signedBinding(findKey('PSS key 1'), { bindingType: 1 }),
      ];
      const verified = await raw.verifyMessage(encodeMessage(bindings), ecNumber, ekm);
      const made = await raw.generateBinding(ecNumber, `https://${domain}/`, 0, ekm, 0, NO_BYTES);
      const joined = await raw.generateMessage([encodeBinding(signedBinding(ec))]);
      const types = await raw.getKeyTypesServer();
      return {
        verifyMessage: describeStatus('TokenBindingVerifyMessage', verified),
        generateBinding: describeStatus('TokenBindingGenerateBinding', made),
        generateMessage: describeStatus('TokenBindingGenerateMessage', joined),
        getKeyTypesServer: describeStatus('TokenBindingGetKeyTypesServer', types),
      };
    },
  ),
];

function rawProbe(id: string, title: string, observe: Observe): Probe {
  return {
    id,
    title,
    async observe(subject) {
      const { raw } = subject;
      if (raw === undefined) return undefined;
      return withOwnTarget(subject, (domain) => observe(raw, domain, subject));
    },
  };
}

/** Targets with the same key get the same number. */
async function observeTargets(
  raw: RawCalls,
  domain: string,
  subject: TokenBindingSubject,
): Promise<Observations> {
  const targets = {
    'https://d/': `https://${domain}/`,
    'https://d': `https://${domain}`,
    'https://d/path?query': `https://${domain}/path?query`,
    'https://D/': `https://${domain.toUpperCase()}/`,
    'https://d:8443/': `https://${domain}:8443/`,
    'http://d/': `http://${domain}/`,
    'wss://d/': `wss://${domain}/`,
    'https://www.d/': `https://www.${domain}/`,
    'https://a.b.d/': `https://a.b.${domain}/`,
    d: domain,
    'xn--bcher-kva.d': `https://xn--bcher-kva.${domain}/`,
    'bücher.d': `https://bücher.${domain}/`,
  };
  const { generateIdForUri } = raw;
  if (generateIdForUri === undefined) return { generateIdForUri: 'not in this Windows' };
  const numbers = new Map<string, string>();
  const observations: Record<string, string> = {};
  try {
    for (const [name, target] of Object.entries(targets)) {
      const answer = await generateIdForUri(ecNumber, target);
      const status = describeStatus('TokenBindingGenerateIDForUri', answer);
      const key = answer.value && Buffer.from(answer.value.identifier).toString('hex');
      if (key !== undefined && !numbers.has(key)) numbers.set(key, `key ${numbers.size + 1}`);
      observations[name] = (key && numbers.get(key)) ?? status;
    }
  } finally {
    for (const target of Object.values(targets)) await deleteKeys(subject, target);
  }
  return observations;
}
