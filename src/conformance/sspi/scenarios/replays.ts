import { isRefused, type Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';
import { type NtlmMessage, placeOf } from '../tokens.js';

/** The tokens with NTLM's messages of a handshake that was completed. */
type Recorded = Readonly<Record<NtlmMessage, Uint8Array>>;

/** Tokens of a finished handshake, sent to a server once more. */
export function* replays(): Generator<Scenario> {
  yield replay('exchange', 'all of a finished handshake', ['NEGOTIATE', 'AUTHENTICATE']);
  yield replay('authenticate-first', 'its AUTHENTICATE message, at once', ['AUTHENTICATE']);
  yield replay('negotiate-twice', 'its NEGOTIATE message, twice', ['NEGOTIATE', 'NEGOTIATE']);
  yield replay('challenge', "the server's own CHALLENGE message", ['CHALLENGE']);
}

function replay(id: string, title: string, messages: readonly NtlmMessage[]): Scenario {
  return {
    id: `replay/${id}`,
    title: `a server is sent ${title}`,
    call: 'step',
    failsLogon: true,
    expected: isRefused('MS-NLMP 3.2.5.1.2'),
    prepare: async (stage) => {
      const recorded = await record(stage);
      const { server } = await stage.contexts();
      const last = messages.at(-1) as NtlmMessage;
      for (const message of messages.slice(0, -1)) await server.step(recorded[message]);
      return async () => {
        await server.step(recorded[last]);
        return undefined;
      };
    },
  };
}

async function record(stage: Stage): Promise<Recorded> {
  const tokens: Partial<Record<NtlmMessage, Uint8Array>> = {};
  await stage.handshake({}, (token) => {
    for (const message of ['NEGOTIATE', 'CHALLENGE', 'AUTHENTICATE'] as const) {
      if (placeOf(message, token) !== undefined) tokens[message] = token;
    }
    return token;
  });
  return tokens as Recorded;
}
