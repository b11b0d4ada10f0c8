import type { ContextFlag } from '../../../sspi/context-options.js';
import { expectAccepted, expectRefused } from '../../outcome.js';
import { handshakeOnly, type Scenario } from '../scenario.js';
import { isSpnego } from '../tampering.js';

type Flags = readonly ContextFlag[];

/** The flags that the client requests. */
const REQUESTED: readonly Flags[] = [
  [],
  ['integrity'],
  ['replay-detect'],
  ['sequence-detect'],
  ['confidentiality'],
  ['integrity', 'confidentiality'],
  ['integrity', 'identify'],
];

/** Handshakes of NTLM without tampering. */
export function* ntlmHandshakes(): Generator<Scenario> {
  yield* handshakes('MS-NLMP 1.3.1.1');
  yield {
    id: 'handshake/mutual-auth',
    title: 'the client requests mutual authentication, which NTLM does not have',
    call: 'step',
    failsLogon: false,
    expected: expectRefused('MS-NLMP 1.3'),
    prepare: handshakeOnly({ initialize: { flags: ['mutual-auth'] } }),
  };
  yield firstToken;
}

/** Handshakes without tampering, of any package. */
export function* handshakes(clause: string): Generator<Scenario> {
  for (const flags of REQUESTED) {
    const name = flags.join('-and-') || 'nothing';
    yield handshake(clause, `asked/${name}`, `the client requests ${name}`, flags);
  }
  for (const flag of ['integrity', 'confidentiality'] as const) {
    const title = `client and server request ${flag}`;
    yield handshake(clause, `wanted/${flag}`, title, [flag], [flag]);
  }
  yield {
    id: 'handshake/wanted/and-not-asked',
    title: 'the server requests confidentiality, the client only integrity',
    call: 'step',
    failsLogon: false,
    prepare: handshakeOnly({
      initialize: { flags: ['integrity'] },
      accept: { flags: ['confidentiality'] },
    }),
  };
}

/** MS-SPNG 3.1.5.2: the first token of a Negotiate client is a NegTokenInit. */
const firstToken: Scenario = {
  id: 'handshake/first-token',
  title: "the form of the client's first token: bare NTLM or SPNEGO",
  call: 'step',
  failsLogon: false,
  prepare: (exchange) => async () => {
    const { client } = await exchange.makeContexts();
    const { token } = await client.step();
    return { form: isSpnego(token) ? 'SPNEGO' : 'NTLM' };
  },
};

export function handshake(
  clause: string,
  id: string,
  title: string,
  ofClient: Flags,
  ofServer: Flags = [],
): Scenario {
  return {
    id: `handshake/${id}`,
    title,
    call: 'step',
    failsLogon: false,
    expected: expectAccepted(clause),
    prepare: handshakeOnly({ initialize: { flags: ofClient }, accept: { flags: ofServer } }),
  };
}
