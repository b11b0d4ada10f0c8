import type { AcceptOptions } from '../../../sspi/context-options.js';
import { expectAccepted, expectRefused } from '../../outcome.js';
import { afterCleanHandshake, type Scenario } from '../scenario.js';

const ONE = Buffer.from('tls-exporter:one');
const OTHER = Buffer.from('tls-exporter:another');

type Binding = readonly [
  id: string,
  title: string,
  client: Uint8Array | undefined,
  server: Uint8Array | undefined,
  expected: 'accepted' | 'refused',
  policy?: AcceptOptions['channelBindingPolicy'],
];

const ACCEPT_NONE = 'accept/none';

/** The policy of the server decides whether a client may have no bindings, and whether they are compared. */
const BINDINGS: readonly Binding[] = [
  ['equal', 'both have the same', ONE, ONE, 'accepted'],
  ['different', 'they have different ones', ONE, OTHER, 'refused'],
  ['client-none', 'the client has none', undefined, ONE, 'refused'],
  ['server-none', 'the server has none', ONE, undefined, 'accepted'],
  ['both-none', 'both have none', undefined, undefined, 'accepted'],
  [ACCEPT_NONE, 'the client has none and may', undefined, ONE, 'accepted', 'accept'],
  ['accept/equal', 'the client may have none and has the same', ONE, ONE, 'accepted', 'accept'],
  ['accept/different', 'the client may have none and has others', ONE, OTHER, 'refused', 'accept'],
  ['ignore/different', 'the server ignores different ones', ONE, OTHER, 'accepted', 'ignore'],
  ['ignore/equal', 'the server ignores the same', ONE, ONE, 'accepted', 'ignore'],
  [
    'ignore/none',
    'the server ignores that the client has none',
    undefined,
    ONE,
    'accepted',
    'ignore',
  ],
];

/** Channel bindings of NTLM at both ends (RFC 5056; MsvAvChannelBindings, MS-NLMP 2.2.2.1). */
export function* ntlmBindings(): Generator<Scenario> {
  for (const binding of BINDINGS) yield scenarioOf(binding, 'MS-NLMP 3.2.5.1.2');
}

/**
 * Channel bindings of Kerberos (RFC 4121 4.1.1.2). Whether a client may have none depends on what it says that it knows
 * (KERB_AP_OPTIONS_CBT, MS-KILE 3.2.5.8).
 */
export function* kerberosBindings(): Generator<Scenario> {
  for (const binding of BINDINGS) {
    const isOpen = binding[0] === ACCEPT_NONE;
    yield scenarioOf(binding, isOpen ? undefined : 'RFC 4121 4.1.1.2');
  }
}

/** @param clause undefined if the specification leaves it open */
function scenarioOf(
  [id, title, client, server, verdict, policy]: Binding,
  clause: string | undefined,
): Scenario {
  const expect = verdict === 'accepted' ? expectAccepted : expectRefused;
  return {
    id: `bindings/${id}`,
    title: `channel bindings: ${title}`,
    call: 'step',
    failsLogon: false,
    ...(clause !== undefined && { expected: expect(clause) }),
    prepare: (exchange) =>
      afterCleanHandshake(exchange, {
        initialize: { channelBindings: client },
        accept: { channelBindings: server, channelBindingPolicy: policy },
      }),
  };
}
