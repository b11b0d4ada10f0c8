import type { ContextFlag } from '../../../sspi/context-options.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import { type Expectation, expectAccepted, type Json, type Observations } from '../../outcome.js';
import type { Pair } from '../exchange.js';
import type { Scenario } from '../scenario.js';

interface Attribute {
  readonly id: string;
  readonly title: string;
  /** The flags that the client requests. */
  readonly flags?: readonly ContextFlag[];
  readonly observe: (pair: Pair) => Observations;
}

/** What a mechanism is expected to answer, by the id of the attribute. */
type Expectations = Readonly<Record<string, Expectation>>;

/** The results of queryContextAttributes at both ends, with NTLM. */
export function ntlmAttributes(): Generator<Scenario> {
  return attributes([[], ['integrity'], ['confidentiality'], ['identify', 'integrity']], {
    'signature-size': expectAccepted('MS-NLMP 2.2.2.9', {
      observations: { client: 16, server: 16 },
    }),
    'trailer-size': expectAccepted('MS-NLMP 2.2.2.9', {
      observations: { client: [16, 0], server: [16, 0] },
    }),
    names: expectAccepted('MS-NLMP 3.2.5.1.2', { observations: { agree: true } }),
    'session-key': expectAccepted('MS-NLMP 3.4.5.1', {
      observations: { agree: true, length: 16, isFresh: true },
    }),
  });
}

/** The same with Kerberos. Sizes are Windows' own: only those of tokens are specified. */
export function kerberosAttributes(): Generator<Scenario> {
  const flags = [[], ['mutual-auth'], ['integrity'], ['confidentiality'], ['identify']] as const;
  return attributes(flags, {
    names: expectAccepted('RFC 4120 3.2.3', { observations: { agree: true } }),
    'session-key': expectAccepted('RFC 4121 2', { observations: { agree: true, isFresh: true } }),
  });
}

/** @param requests the flags that clients request */
function* attributes(
  requests: readonly (readonly ContextFlag[])[],
  expectations: Expectations,
): Generator<Scenario> {
  for (const { id, title, flags, observe } of [...ATTRIBUTES, ...requests.map(flagsAttribute)]) {
    yield {
      id: `attributes/${id}`,
      title,
      call: 'queryContextAttributes',
      failsLogon: false,
      ...withExpectation(expectations[id]),
      prepare: async (exchange) => {
        const pair = await exchange.shakeHands({ ...(flags && { initialize: { flags } }) });
        return () => observe(pair);
      },
    };
  }
  yield { ...sessionKey, ...withExpectation(expectations['session-key']) };
}

function withExpectation(expected: Expectation | undefined): Pick<Scenario, 'expected'> {
  return expected === undefined ? {} : { expected };
}

const sessionKey: Scenario = {
  id: 'attributes/session-key',
  title: 'the session key: equal at both ends, and different in another handshake',
  call: 'queryContextAttributes',
  failsLogon: false,
  prepare: async (exchange) => {
    const [pair, others] = [await exchange.shakeHands(), await exchange.shakeHands()];
    return () => {
      const [key, same] = [sessionKeyOf(pair.client), sessionKeyOf(pair.server)];
      const other = sessionKeyOf(others.client);
      return { agree: key.equals(same), length: key.length, isFresh: !key.equals(other) };
    };
  },
};

function flagsAttribute(flags: readonly ContextFlag[]): Attribute {
  return {
    id: `flags/${flags.join('-and-') || 'nothing'}`,
    title: `the flags if the client requests ${flags.join(' and ') || 'nothing'}`,
    flags,
    observe: atBothEnds((context) => [...context.queryContextAttributes('flags')].sort().join(' ')),
  };
}

const sizesOf = (context: SecurityContext) => context.queryContextAttributes('sizes');

const ATTRIBUTES: readonly Attribute[] = [
  {
    id: 'signature-size',
    title: 'the size of a signature',
    observe: atBothEnds((context) => sizesOf(context).maxSignature),
  },
  {
    id: 'trailer-size',
    title: 'the sizes of a trailer and of a block',
    observe: atBothEnds((context) => {
      const { securityTrailer, blockSize } = sizesOf(context);
      return [securityTrailer, blockSize];
    }),
  },
  {
    id: 'sizes-without-integrity',
    title: 'the sizes of a context without integrity',
    flags: [],
    observe: atBothEnds((context) => {
      const { maxSignature, securityTrailer } = sizesOf(context);
      return [maxSignature, securityTrailer];
    }),
  },
  {
    id: 'max-token',
    title: 'the maximum size of a token',
    observe: atBothEnds((context) => sizesOf(context).maxToken),
  },
  {
    id: 'names',
    title: 'the user name, at both ends',
    observe: (pair) => ({ agree: userOf(pair.client) === userOf(pair.server) }),
  },
  {
    id: 'negotiation-info',
    title: 'the package that was negotiated',
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
    title: 'the algorithms and the key size of message protection',
    observe: atBothEnds((context) => ({ ...context.queryContextAttributes('keyInfo') })),
  },
];

function atBothEnds(query: (context: SecurityContext) => Json): (pair: Pair) => Observations {
  return ({ client, server }) => ({ client: query(client), server: query(server) });
}

/** In lower case and without the domain or realm, which each system writes in its own way. */
function userOf(context: SecurityContext): string | undefined {
  const { userName } = context.queryContextAttributes('names');
  return userName.split('\\').at(-1)?.split('@')[0]?.toLowerCase();
}

function sessionKeyOf(context: SecurityContext): Buffer {
  return Buffer.from(context.queryContextAttributes('sessionKey'));
}
