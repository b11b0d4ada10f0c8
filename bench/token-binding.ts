import type { KeyType } from '../src/index.js';
import { decodeBase64url, decodeTokenBindingMessage } from '../src/wire.js';
import { type Batch, type Comparison, type Row, repeat } from './measure.js';
import { verifications } from './token-binding-new-keys.js';
import { newKey, OLD, type Subject, subject } from './token-binding-subject.js';

interface Goals {
  keyType: KeyType;
  known: number;
  fresh: number;
  decode: number;
}

const GOALS: Goals[] = [
  { keyType: 'ecdsap256', known: 0.95, fresh: OLD ? 0.4 : 0.7, decode: 0.015 },
  { keyType: 'rsa2048_pkcs1.5', known: 0.92, fresh: 0.9, decode: 0.07 },
  { keyType: 'rsa2048_pss', known: 0.92, fresh: 0.9, decode: 0.07 },
];

/** Compares Token Binding with bare calls of node:crypto. */
export function tokenBindingRows(): Row[] {
  return [...GOALS.flatMap(ofOneKey), concurrency, linearity, ...GOALS.flatMap(ofNewKeys)];
}

function ofOneKey({ keyType, known, decode }: Goals): Row[] {
  const rowOf = (row: Omit<Row, 'prepare'>, batches: (it: Subject) => Comparison): Row => ({
    ...row,
    prepare: async () => batches(subject(keyType, await newKey(keyType))),
  });
  return [
    rowOf(
      {
        name: `${keyType}: verifyMessageSync, key seen before / crypto.verify`,
        ratio: 'speed',
        goal: { atLeast: known },
      },
      (it) => ({ ours: repeat(it.verify), baseline: repeat(it.rawVerify) }),
    ),
    rowOf(
      {
        name: `${keyType}: generateBindingSync and generateMessageSync / crypto.sign`,
        ratio: 'speed',
        goal: { atLeast: 0.93 },
      },
      (it) => ({ ours: repeat(it.generate), baseline: repeat(it.rawSign) }),
    ),
    rowOf(
      {
        name: `${keyType}: decode and parse of the header / crypto.verify`,
        ratio: 'share',
        goal: { atMost: decode },
      },
      (it) => ({
        ours: repeat(() => decodeTokenBindingMessage(decodeBase64url(it.header, 'header'))),
        baseline: repeat(it.rawVerify),
      }),
    ),
  ];
}

/**
 * A new key for each message, beside the same import and verification by node:crypto. For P-256 the goal is relative to
 * the verification alone, and a further row has node:crypto beside it, too: the most that a verifier can reach.
 */
function ofNewKeys({ keyType, fresh }: Goals): Row[] {
  const bare = 'createPublicKey and crypto.verify';
  const rowOf = (
    ours: string,
    beside: string,
    batches: (it: Record<'verify' | 'bare', Batch>, rawVerify: Batch) => Comparison,
  ): Row => ({
    name: `${keyType}: ${ours}, always a new key / ${beside}`,
    ratio: 'speed',
    goal: { atLeast: fresh },
    async prepare() {
      const it = await verifications(keyType);
      return batches(it, repeat(subject(keyType, await newKey(keyType)).rawVerify));
    },
  });
  const name = 'verifyMessageSync';
  if (keyType !== 'ecdsap256') {
    return [rowOf(name, bare, (it) => ({ ours: it.verify, baseline: it.bare }))];
  }
  return [
    rowOf(name, 'crypto.verify', ({ verify }, baseline) => ({ ours: verify, baseline })),
    rowOf(bare, 'crypto.verify', (it, baseline) => ({ ours: it.bare, baseline })),
  ];
}

const concurrency: Row = {
  name: 'ecdsap256: verifyMessage, 16 in flight / one after the other',
  ratio: 'speed',
  goal: { atLeast: 1.45 },
  async prepare() {
    const { tokenBinding, message, expected } = subject('ecdsap256', await newKey('ecdsap256'));
    const inFlight = (lanes: number) => async (times: number) => {
      const lane = async () => {
        for (let count = 0; count < times / lanes; count++) {
          await tokenBinding.verifyMessage(message, expected);
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    };
    return { ours: inFlight(16), baseline: inFlight(1) };
  },
};

/** Decodes many tiny extensions at once, and a tenth of them ten times. If the time is linear, the ratio is 1. */
const linearity: Row = {
  name: 'decode of 65,507 bytes / ten times 6,674 bytes, all tiny extensions',
  ratio: 'share',
  goal: { atMost: 1.3 },
  async prepare() {
    const { message } = subject('ecdsap256', await newKey('ecdsap256'));
    const withExtensions = (count: number) => {
      const bytes = Buffer.concat([message.subarray(0, -2), Buffer.alloc(2 + 3 * count)]);
      bytes.writeUInt16BE(bytes.length - 2, 0);
      bytes.writeUInt16BE(3 * count, message.length - 2);
      return bytes;
    };
    const [large, small] = [withExtensions(21_790), withExtensions(2179)];
    return {
      ours: repeat(() => decodeTokenBindingMessage(large)),
      baseline: repeat(() => {
        for (let count = 0; count < 10; count++) decodeTokenBindingMessage(small);
      }),
    };
  },
};
