import type { AcceptOptions } from '../../../sspi/context-options.js';
import type { Expectation } from '../../case.js';
import { controlled, isRefused, passes, type Scenario } from '../scenario.js';

const CLAUSE = 'MS-NLMP 3.2.5.1.2';
const ONE = Buffer.from('tls-exporter:one');
const ANOTHER = Buffer.from('tls-exporter:another');

interface Binding {
  readonly id: string;
  readonly title: string;
  readonly client: Uint8Array | undefined;
  readonly server: Uint8Array | undefined;
  readonly policy?: AcceptOptions['channelBindingPolicy'];
  readonly expected: Expectation;
}

const [fine, refused] = [passes(CLAUSE), isRefused(CLAUSE)];
// Whether a client may have none is an option of the server's, and so is whether it looks at all.
const BINDINGS: readonly Binding[] = [
  { id: 'equal', title: 'both have the same', client: ONE, server: ONE, expected: fine },
  {
    id: 'different',
    title: 'they have different ones',
    client: ONE,
    server: ANOTHER,
    expected: refused,
  },
  {
    id: 'client-none',
    title: 'the client has none',
    client: undefined,
    server: ONE,
    expected: refused,
  },
  {
    id: 'server-none',
    title: 'the server has none',
    client: ONE,
    server: undefined,
    expected: fine,
  },
  {
    id: 'accept/none',
    title: 'the client has none and may',
    client: undefined,
    server: ONE,
    policy: 'accept',
    expected: fine,
  },
  {
    id: 'accept/equal',
    title: 'the client may have none and has the same',
    client: ONE,
    server: ONE,
    policy: 'accept',
    expected: fine,
  },
  {
    id: 'accept/different',
    title: 'the client may have none and has others',
    client: ONE,
    server: ANOTHER,
    policy: 'accept',
    expected: refused,
  },
  {
    id: 'ignore/different',
    title: 'they have different ones, and the server does not look',
    client: ONE,
    server: ANOTHER,
    policy: 'ignore',
    expected: fine,
  },
];

/** Channel bindings at both ends (RFC 5056; MsvAvChannelBindings, MS-NLMP 2.2.2.1). */
export function* bindings(): Generator<Scenario> {
  for (const { id, title, client, server, policy, expected } of BINDINGS) {
    yield {
      id: `bindings/${id}`,
      title: `channel bindings: ${title}`,
      call: 'step',
      failsLogon: false,
      expected,
      prepare: (stage) =>
        controlled(stage, {
          initialize: { channelBindings: client },
          accept: { channelBindings: server, channelBindingPolicy: policy },
        }),
    };
  }
}
