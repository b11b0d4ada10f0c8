import { expectRefused } from '../../outcome.js';
import type { OwnIdentity } from '../exchange.js';
import { afterCleanHandshake, type Scenario } from '../scenario.js';

type Change = (own: OwnIdentity) => Partial<OwnIdentity>;

const CHANGES: readonly (readonly [id: string, title: string, change: Change])[] = [
  ['wrong-password', 'a wrong password', ({ password }) => ({ password: `not ${password}` })],
  ['no-password', 'an empty password', () => ({ password: '' })],
  ['longer-password', 'the password and a space', ({ password }) => ({ password: `${password} ` })],
  ['unknown-user', 'an unknown user', () => ({ user: 'tokenbinding-nobody' })],
];

/** Logons with a wrong identity. */
export function* ntlmIdentities(): Generator<Scenario> {
  for (const [id, title, change] of CHANGES) {
    yield {
      id: `identity/${id}`,
      title: `the client has ${title}`,
      call: 'step',
      failsLogon: true,
      expected: expectRefused('MS-NLMP 3.2.5.1.2'),
      prepare: (exchange) => {
        const identity = change(exchange.identity as OwnIdentity);
        return afterCleanHandshake(exchange, { identity });
      },
    };
  }
}
