import type { ContextFlag } from '../../../sspi/context-options.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import type { Observations } from '../../cases/probe.js';
import type { Json } from '../../outcome.js';
import { passes, type Scenario } from '../scenario.js';
import type { Pair } from '../stage.js';

interface Attribute {
  readonly id: string;
  readonly title: string;
  readonly flags?: readonly ContextFlag[];
  readonly expected?: Scenario['expected'];
  readonly observe: (pair: Pair) => Observations;
}

/** What queryContextAttributes says at both ends. */
export function* attributes(): Generator<Scenario> {
  for (const { id, title, flags, expected, observe } of ATTRIBUTES) {
    yield {
      id: `attributes/${id}`,
      title,
      call: 'queryContextAttributes',
      failsLogon: false,
      ...(expected && { expected }),
      prepare: async (stage) => {
        const pair = await stage.handshake({ initialize: { flags } });
        return () => observe(pair);
      },
    };
  }
  yield sessionKey;
}

const sessionKey: Scenario = {
  id: 'attributes/session-key',
  title: 'the session key, which both ends have and no other two',
  call: 'queryContextAttributes',
  failsLogon: false,
  expected: passes('MS-NLMP 3.4.5.1', { agree: true, length: 16, isFresh: true }),
  prepare: async (stage) => {
    const [pair, others] = [await stage.handshake(), await stage.handshake()];
    return () => {
      const [key, same, other] = [pair.client, pair.server, others.client].map(sessionKeyOf) as [
        Buffer,
        Buffer,
        Buffer,
      ];
      return { agree: key.equals(same), length: key.length, isFresh: !key.equals(other) };
    };
  },
};

const sizesOf = (context: SecurityContext) => context.queryContextAttributes('sizes');

const ATTRIBUTES: readonly Attribute[] = [
  {
    id: 'signature-size',
    title: 'the size of a signature',
    expected: passes('MS-NLMP 2.2.2.9', { client: 16, server: 16 }),
    observe: atBothEnds((context) => sizesOf(context).maxSignature),
  },
  {
    id: 'trailer-size',
    title: 'the sizes of a trailer and of a block',
    expected: passes('MS-NLMP 2.2.2.9', { client: [16, 0], server: [16, 0] }),
    observe: atBothEnds((context) => {
      const { securityTrailer, blockSize } = sizesOf(context);
      return [securityTrailer, blockSize];
    }),
  },
  {
    id: 'sizes-without-integrity',
    title: 'the sizes of a context that protects nothing',
    flags: [],
    observe: atBothEnds((context) => {
      const { maxSignature, securityTrailer } = sizesOf(context);
      return [maxSignature, securityTrailer];
    }),
  },
  {
    id: 'max-token',
    title: 'the greatest size of a token',
    observe: atBothEnds((context) => sizesOf(context).maxToken),
  },
  ...([[], ['integrity'], ['confidentiality'], ['identify', 'integrity']] as const).map(
    (flags): Attribute => ({
      id: `flags/${flags.join('-and-') || 'nothing'}`,
      title: `the flags of a context whose client asks for ${flags.join(' and ') || 'nothing'}`,
      flags,
      observe: atBothEnds((context) =>
        [...context.queryContextAttributes('flags')].sort().join(' '),
      ),
    }),
  ),
  {
    id: 'names',
    title: 'whose context it is, as both ends say',
    expected: passes('MS-NLMP 3.2.5.1.2', { agree: true }),
    observe: (pair) => ({ agree: userOf(pair.client) === userOf(pair.server) }),
  },
  {
    id: 'negotiation-info',
    title: 'the package that was chosen',
    observe: atBothEnds(
      (context) => context.queryContextAttributes('negotiationInfo').package.name,
    ),
  },
  {
    id: 'package-info',
    title: 'the package of the context',
    observe: atBothEnds((context) => {
      const { name, rpcId } = context.queryContextAttributes('packageInfo');
      return { name, rpcId };
    }),
  },
  {
    id: 'key-info',
    title: 'the algorithms and the key that messages are protected with',
    observe: atBothEnds((context) => ({ ...context.queryContextAttributes('keyInfo') })),
  },
];

function atBothEnds(query: (context: SecurityContext) => Json): (pair: Pair) => Observations {
  return ({ client, server }) => ({ client: query(client), server: query(server) });
}

/** Without its domain, which each system writes its own way, and in lower case. */
function userOf(context: SecurityContext): string | undefined {
  return context.queryContextAttributes('names').userName.split('\\').at(-1)?.toLowerCase();
}

function sessionKeyOf(context: SecurityContext): Buffer {
  return Buffer.from(context.queryContextAttributes('sessionKey'));
}
