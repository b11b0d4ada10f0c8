// Reports with every kind of case, to test the page without a run.
import type { Group } from '../../src/conformance/areas.js';
import type { CaseInput } from '../../src/conformance/case.js';
import { KNOWN_DEVIATIONS, type KnownDeviation } from '../../src/conformance/known-deviations.js';
import type { ComparedResult, Outcome, Reason } from '../../src/conformance/outcome.js';
import { describeReason } from '../../src/conformance/outcome.js';
import type {
  ReasonPair,
  Report,
  ReportedCase,
  Tally,
  WhyNotComparable,
} from '../../src/conformance/report/report.js';
import type { SideDescription } from '../../src/conformance/sides/description.js';
import { binding, identifier, message, u8, u16 } from './messages.js';
import { type Vector, vectors } from './vectors.js';

const GROUPS: readonly Group[] = [
  'vectors',
  'messages',
  'generate-message',
  'identifiers',
  'probes',
  'mutations',
];

const WINDOWS: SideDescription = {
  name: 'windows',
  library: {
    path: 'C:\\Windows\\System32\\tokenbinding.dll',
    version: '10.0.26100.1',
    sha256: '3f0c'.repeat(16),
  },
  system: {
    platform: 'win32 x64',
    name: 'Windows 11 Pro',
    release: '10.0.26100',
    wine: true,
    node: '22.21.0',
  },
  recording: { file: 'windows-11.json', made: '2026-11-20T08:15:00.000Z', package: '0.1.0' },
};

const PORTABLE: SideDescription = {
  name: 'portable',
  system: { platform: 'linux x64', name: 'Debian GNU/Linux 12', release: '6.1.0', node: '20.19.5' },
};

export const DEVIATION = KNOWN_DEVIATIONS[0] as KnownDeviation;

const MALFORMED: Reason = { code: 'ERR_TB_MALFORMED', path: 'tokenbindings[0].signature' };
const REFUSED: Outcome = { verdict: 'refused', reason: MALFORMED };
const REFUSED_BY_WINDOWS: Outcome = {
  verdict: 'refused',
  reason: {
    code: 'ERR_TB_OS',
    os: {
      function: 'TokenBindingVerifyMessage',
      status: 0x8009_0308,
      hex: '0x80090308',
      name: 'SEC_E_INVALID_TOKEN',
    },
  },
};

/** A report without a case. */
export function emptyReport(): Report {
  return reportOf([]);
}

/** A report with these cases and their counts. */
export function reportOf(cases: readonly ReportedCase[], omittedMutations = 0): Report {
  const met = cases.some(({ comparison }) => comparison.kind === 'known-deviation');
  return {
    format: 'tokenbinding-conformance-report',
    version: 1,
    made: '2026-11-21T12:00:00.000Z',
    package: '0.1.0',
    sides: [WINDOWS, PORTABLE],
    seed: 8471,
    mutations: 20_000,
    total: tally(cases),
    groups: GROUPS.map((name) => ({ name, ...tally(cases.filter(({ group }) => group === name)) })),
    whyNotComparable: whysOf(cases),
    deviations: met ? [DEVIATION] : [],
    reasons: metReasons(cases),
    cases,
    omittedMutations,
    notes: [],
  };
}

function whysOf(cases: readonly ReportedCase[]): WhyNotComparable[] {
  return cases.flatMap(({ id, comparison: { why } }) => {
    return why === undefined ? [] : [{ why, cases: 1, example: id }];
  });
}

function metReasons(cases: readonly ReportedCase[]): ReasonPair[] {
  return cases.flatMap(({ id, input, outcomes: [left, right] }) => {
    if (left?.reason === undefined || right?.reason === undefined) return [];
    const reasons = [describeReason(left.reason), describeReason(right.reason)] as const;
    return [{ call: input?.call ?? 'verifyMessage', reasons, cases: 1, example: id }];
  });
}

function tally(cases: readonly ReportedCase[]): Tally {
  const count = (wanted: (comparison: ReportedCase['comparison']) => boolean) =>
    cases.filter(({ comparison }) => wanted(comparison)).length;
  return {
    cases: cases.length,
    agree: count(({ kind }) => kind === 'agree'),
    differ: count(({ kind }) => kind === 'differ'),
    knownDeviation: count(({ kind }) => kind === 'known-deviation'),
    notComparable: count(({ kind }) => kind === 'not-comparable'),
    otherReason: count(({ otherReason }) => otherReason === true),
  };
}

/** A report with every kind of case, and with this many cases that agree. */
export function sampleReport(agreeing = 40): Report {
  return reportOf([...agreeingCases(agreeing), ...otherReasons(), ...differing(), ...probes()]);
}

/** A case with the message of a vector, in which the two sides agree. */
export function agreeingCases(count: number): ReportedCase[] {
  const valid = vectors.filter(({ signatures }) => signatures === 'valid');
  return Array.from({ length: count }, (_, index) => {
    const vector = valid[index % valid.length] as Vector;
    const outcome: Outcome = { verdict: 'accepted', results: resultsOf(vector) };
    return {
      id: `vectors/${vector.id}/${index}`,
      group: 'vectors',
      title: vector.description,
      comparison: { kind: 'agree' },
      input: verifying(vector.message ?? ''),
      outcomes: [outcome, outcome],
      expected: { outcome, clause: 'RFC 8471 4.2' },
    };
  });
}

function otherReasons(): ReportedCase[] {
  const cut = (valid().message ?? '').slice(0, 120);
  return ['one byte short', 'length prefix one too large'].map((title, index) => ({
    id: `messages/damaged-${index}`,
    group: 'messages',
    title: `A message with its ${title}`,
    comparison: { kind: 'agree', otherReason: true },
    input: verifying(cut),
    outcomes: [REFUSED_BY_WINDOWS, REFUSED],
    expected: { outcome: { verdict: 'refused' }, clause: 'RFC 8471 3' },
  }));
}

/** One difference in each kind of compared value. */
function differing(): ReportedCase[] {
  const results = resultsOf(valid());
  const [first] = results as [ComparedResult];
  const changed = { ...first, identifier: replaceAt(first.identifier, 40, 'xyz') };
  const accepted: Outcome = { verdict: 'accepted', results };
  const bytes = valid().message ?? '';
  const differ = (path: string) => ({ comparison: { kind: 'differ', path } }) as const;
  return [
    {
      id: 'messages/signature-of-63-bytes',
      group: 'messages',
      title: 'A signature of 63 bytes, one less than the least',
      ...differ('verdict'),
      input: verifying(damaged()),
      outcomes: [accepted, REFUSED],
      expected: { outcome: { verdict: 'refused' }, clause: 'RFC 8471 3' },
    },
    {
      id: 'messages/second-identifier',
      group: 'messages',
      title: 'An identifier with three characters of its key exchanged',
      ...differ('results[0].identifier'),
      input: verifying(bytes),
      outcomes: [{ verdict: 'accepted', results: [changed] }, accepted],
      expected: { outcome: accepted, clause: 'RFC 8471 3.2' },
    },
    {
      id: 'generate-message/two-provided',
      group: 'generate-message',
      title: 'Two provided bindings joined to one message',
      ...differ('bytes'),
      input: { call: 'generateMessage', tokenBindings: [bytes.slice(3), bytes.slice(3)] },
      outcomes: [
        { verdict: 'accepted', bytes },
        { verdict: 'accepted', bytes: `${bytes.slice(0, 60)}${bytes.slice(64)}` },
      ],
    },
    {
      id: 'identifiers/number',
      group: 'identifiers',
      title: 'Key parameters that have no name',
      ...differ('keyType'),
      input: { call: 'generateId', keyType: 'ecdsap256', publicKey: bytes.slice(0, 124) },
      outcomes: [
        { verdict: 'accepted', keyType: 96, identifier: first.identifier },
        { verdict: 'accepted', keyType: '96', identifier: first.identifier },
      ],
    },
    {
      id: 'messages/65535-bytes',
      group: 'messages',
      title: 'The largest message: 65535 bytes of bindings, nearly all of them extensions',
      ...differ('verdict'),
      input: verifying(largest()),
      outcomes: [
        { verdict: 'invalid', reason: { code: 'ERR_TB_OS', fault: 'a list beyond its message' } },
        { verdict: 'accepted', results: Array.from({ length: 900 }, () => first) },
      ],
    },
    {
      id: 'mutations/11873',
      group: 'mutations',
      title: 'vectors/tb-00, bit 3 of byte 70 flipped',
      ...differ('verdict'),
      input: verifying(`${bytes.slice(0, 90)}~`),
      outcomes: [REFUSED_BY_WINDOWS, accepted],
    },
  ];
}

function probes(): ReportedCase[] {
  const observed = (observations: Outcome['observations'] & object): Outcome => ({
    verdict: 'observed',
    observations,
  });
  const input: CaseInput = { call: 'probe' };
  const base = { group: 'probes', input } as const;
  return [
    {
      ...base,
      id: 'probes/version',
      title: 'The highest version that each supports',
      comparison: {
        kind: 'known-deviation',
        path: 'observations.version',
        deviation: 'protocol-version-0.10',
      },
      outcomes: [observed({ version: '0.10' }), observed({ version: '1.0' })],
    },
    {
      ...base,
      id: 'probes/key-types',
      title: 'The key types of a server, in their order',
      comparison: { kind: 'differ', path: 'observations.server[0]' },
      outcomes: [
        observed({ server: ['rsa2048_pss', 'ecdsap256'], client: [] }),
        observed({ server: ['ecdsap256', 'rsa2048_pss'], client: [] }),
      ],
    },
    {
      ...base,
      id: 'probes/null-arguments',
      title: 'Null for each pointer',
      comparison: { kind: 'not-comparable', why: 'the portable provider has no pointers' },
      outcomes: [observed({ message: '0x80070057' }), null],
    },
  ];
}

function valid(): Vector {
  return vectors[0] as Vector;
}

function verifying(text: string): CaseInput {
  return { call: 'verifyMessage', message: text, keyType: 'ecdsap256', ekm: `${'q'.repeat(42)}o` };
}

function resultsOf({ bindings = [] }: Vector): ComparedResult[] {
  return bindings.map(({ type, tokenBindingId }) => ({
    bindingType: type === 0 ? 'provided' : 'referred',
    keyType: 'ecdsap256',
    identifier: tokenBindingId,
    extensionData: '',
    status: 'verified',
  }));
}

function damaged(): string {
  const key = identifier(2, Buffer.concat([u8(64), Buffer.alloc(64, 7)]));
  const short = binding({ identifier: key, signature: Buffer.alloc(63, 9) });
  const whole = binding({ identifier: key, signature: Buffer.alloc(64, 9) });
  return message(whole, short).toString('base64url');
}

/** 65535 bytes of one binding, which is followed by 21,798 empty extensions. */
function largest(): string {
  const key = identifier(2, Buffer.concat([u8(64), Buffer.alloc(64, 7)]));
  const rest = 65_535 - 5 - key.length - 64;
  const extensions = Buffer.concat([
    ...Array.from({ length: Math.floor(rest / 3) - 1 }, () => Buffer.concat([u8(16), u16(0)])),
    Buffer.concat([u8(17), u16(rest % 3), Buffer.alloc(rest % 3)]),
  ]);
  return message(binding({ identifier: key, signature: Buffer.alloc(64, 9), extensions })).toString(
    'base64url',
  );
}

function replaceAt(text: string, offset: number, replacement: string): string {
  return text.slice(0, offset) + replacement + text.slice(offset + replacement.length);
}

/** A malicious string of a recording. */
export const PAYLOAD = `</script></style><img src=x onerror="hacked=1">'"&\u202e\u0000`;

/** The sample report with the payload in every string that may have any value. */
export function hostileReport(): Report {
  return poisoned(sampleReport(2), '') as Report;
}

/** Properties that allow only certain values, and such values of `name`. */
const CLOSED = ['kind', 'group', 'call', 'verdict', 'format', ...GROUPS, 'windows', 'portable'];

function poisoned(value: unknown, name: string): unknown {
  if (typeof value === 'string') {
    return CLOSED.includes(name) || CLOSED.includes(value) ? value : `${value}${PAYLOAD}`;
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, name));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, key)]));
}

/** The values of a page's only difference, with the page's text about each: `{ verdict: 'differs' }`. */
export function outcomeRows(page: string): Record<string, string> {
  const row =
    /<th scope="row" class="path"><code>([^<]*)<\/code>.*?<td class="comparison">([^<]*)/g;
  const article = /<article.*?<\/article>/s.exec(page)?.[0] ?? '';
  return Object.fromEntries(
    Array.from(article.matchAll(row), ([, path = '', state = '']) => {
      return [path.replaceAll('&quot;', '"'), state];
    }),
  );
}
