import type { ContextFlag } from '../../../sspi/context-options.js';
import { isRefused, passes, type Scenario, shakesHands } from '../scenario.js';
import { hasSpnego } from '../tokens.js';

type Flags = readonly ContextFlag[];

/** What the client asks for, and what comes of it. */
const ASKED: readonly Flags[] = [
  [],
  ['integrity'],
  ['replay-detect'],
  ['sequence-detect'],
  ['confidentiality'],
  ['integrity', 'confidentiality'],
  ['integrity', 'identify'],
];

/** Handshakes that nobody interferes with. */
export function* handshakes(): Generator<Scenario> {
  for (const flags of ASKED) {
    const name = flags.join('-and-') || 'nothing';
    yield handshake(`asked/${name}`, `the client asks for ${name}`, flags, []);
  }
  for (const flag of ['integrity', 'confidentiality'] as const) {
    const title = `the server wants ${flag}, which the client asks for`;
    yield handshake(`wanted/${flag}`, title, [flag], [flag]);
  }
  yield {
    id: 'handshake/wanted/and-not-asked',
    title: 'the server wants confidentiality, and the client asks for integrity alone',
    call: 'step',
    failsLogon: false,
    prepare: shakesHands({
      initialize: { flags: ['integrity'] },
      accept: { flags: ['confidentiality'] },
    }),
  };
  yield {
    id: 'handshake/mutual-auth',
    title: 'the client wants to know who the server is, which NTLM cannot tell',
    call: 'step',
    failsLogon: false,
    expected: isRefused('MS-NLMP 1.3'),
    prepare: shakesHands({ initialize: { flags: ['mutual-auth'] } }),
  };
  yield firstToken;
}

/** MS-SPNG 3.1.5.2: what a client of Negotiate sends first is a NegTokenInit. */
const firstToken: Scenario = {
  id: 'handshake/first-token',
  title: "the client's first token: NTLM alone, or in SPNEGO",
  call: 'step',
  failsLogon: false,
  prepare: (stage) => async () => {
    const { client } = await stage.contexts();
    const { token } = await client.step();
    return { form: hasSpnego(token) ? 'SPNEGO' : 'NTLM' };
  },
};

function handshake(id: string, title: string, asked: Flags, wanted: Flags): Scenario {
  return {
    id: `handshake/${id}`,
    title,
    call: 'step',
    failsLogon: false,
    expected: passes('MS-NLMP 1.3.1.1'),
    prepare: shakesHands({ initialize: { flags: asked }, accept: { flags: wanted } }),
  };
}
