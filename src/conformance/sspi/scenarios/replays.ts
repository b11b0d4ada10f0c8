import { expectRefused } from '../../outcome.js';
import type { Exchange } from '../exchange.js';
import type { Scenario } from '../scenario.js';
import { findMessage, NTLM_MESSAGES, type NtlmMessage } from '../tampering.js';

/** The tokens of a complete handshake by the NTLM message that each contains. */
type RecordedTokens = Readonly<Record<NtlmMessage, Uint8Array>>;

/** Replays of the tokens of a complete handshake to a server. */
export function* ntlmReplays(): Generator<Scenario> {
  yield replay('exchange', 'all tokens of a complete handshake', ['NEGOTIATE', 'AUTHENTICATE']);
  yield replay('authenticate-first', 'the AUTHENTICATE message first', ['AUTHENTICATE']);
  yield replay('negotiate-twice', 'the NEGOTIATE message twice', ['NEGOTIATE', 'NEGOTIATE']);
  yield replay('challenge', "the server's own CHALLENGE message", ['CHALLENGE']);
}

function replay(id: string, title: string, messages: readonly NtlmMessage[]): Scenario {
  return {
    id: `replay/${id}`,
    title: `replay to a server: ${title}`,
    call: 'step',
    failsLogon: true,
    expected: expectRefused('MS-NLMP 3.2.5.1.2'),
    prepare: async (exchange) => {
      const tokens = await recordHandshake(exchange);
      const { server } = await exchange.makeContexts();
      const last = messages.at(-1) as NtlmMessage;
      for (const message of messages.slice(0, -1)) await server.step(tokens[message]);
      return async () => {
        await server.step(tokens[last]);
        return undefined;
      };
    },
  };
}

async function recordHandshake(exchange: Exchange): Promise<RecordedTokens> {
  const tokens: Partial<Record<NtlmMessage, Uint8Array>> = {};
  await exchange.shakeHands({}, (token) => {
    for (const message of Object.keys(NTLM_MESSAGES) as NtlmMessage[]) {
      if (findMessage(message, token) !== undefined) tokens[message] = token;
    }
    return token;
  });
  return tokens as RecordedTokens;
}
