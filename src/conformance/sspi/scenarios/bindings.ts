import type { AcceptOptions } from '../../../sspi/context-options.js';
import { type Expectation, expectAccepted, expectRefused } from '../../outcome.js';
import { afterCleanHandshake, type Scenario } from '../scenario.js';

const CLAUSE = 'MS-NLMP 3.2.5.1.2';
const ACCEPTED = expectAccepted(CLAUSE);
const REFUSED = expectRefused(CLAUSE);
const ONE = Buffer.from('tls-exporter:one');
const OTHER = Buffer.from('tls-exporter:another');

type Binding = readonly [
  id: string,
  title: string,
  client: Uint8Array | undefined,
  server: Uint8Array | undefined,
  expected: Expectation,
  policy?: AcceptOptions['channelBindingPolicy'],
];

/** The policy of the server decides whether a client may have no bindings, and whether they are compared. */
const BINDINGS: readonly Binding[] = [
  ['equal', 'both have the same', ONE, ONE, ACCEPTED],
  ['different', 'they have different ones', ONE, OTHER, REFUSED],
  ['client-none', 'the client has none', undefined, ONE, REFUSED],
  ['server-none', 'the server has none', ONE, undefined, ACCEPTED],
  ['accept/none', 'the client has none and may', undefined, ONE, ACCEPTED, 'accept'],
  ['accept/equal', 'the client may have none and has the same', ONE, ONE, ACCEPTED, 'accept'],
  ['accept/different', 'the client may have none and has others', ONE, OTHER, REFUSED, 'accept'],
  ['ignore/different', 'the server ignores different ones', ONE, OTHER, ACCEPTED, 'ignore'],
];

/** Channel bindings at both ends (RFC 5056; MsvAvChannelBindings, MS-NLMP 2.2.2.1). */
export function* bindings(): Generator<Scenario> {
  for (const [id, title, client, server, expected, policy] of BINDINGS) {
    yield {
      id: `bindings/${id}`,
      title: `channel bindings: ${title}`,
      call: 'step',
      failsLogon: false,
      expected,
      prepare: (exchange) =>
        afterCleanHandshake(exchange, {
          initialize: { channelBindings: client },
          accept: { channelBindings: server, channelBindingPolicy: policy },
        }),
    };
  }
}
