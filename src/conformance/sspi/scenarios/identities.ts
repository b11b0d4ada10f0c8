import { controlled, isRefused, type Scenario } from '../scenario.js';
import type { OwnIdentity } from '../stage.js';

type Change = (own: OwnIdentity) => Partial<OwnIdentity>;

/** Who the client says it is, which is not so. */
const CHANGES: readonly (readonly [id: string, title: string, change: Change])[] = [
  ['wrong-password', 'a wrong password', ({ password }) => ({ password: `not ${password}` })],
  ['no-password', 'an empty password', () => ({ password: '' })],
  ['longer-password', 'the password and a blank', ({ password }) => ({ password: `${password} ` })],
  ['unknown-user', 'a user that nobody knows', () => ({ user: 'tokenbinding-nobody' })],
];

/** Logons that a server refuses. */
export function* identities(): Generator<Scenario> {
  for (const [id, title, change] of CHANGES) {
    yield {
      id: `identity/${id}`,
      title: `the client has ${title}`,
      call: 'step',
      failsLogon: true,
      expected: isRefused('MS-NLMP 3.2.5.1.2'),
      prepare: (stage) => controlled(stage, { identity: change(stage.identity as OwnIdentity) }),
    };
  }
}
