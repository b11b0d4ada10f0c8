import { expectRefused } from '../../../outcome.js';
import type { Exchange } from '../../exchange.js';
import type { Scenario } from '../../scenario.js';
import { CHECK_OF, KERBEROS_TOKENS, type KerberosToken } from './tokens.js';

type RecordedTokens = Readonly<Record<KerberosToken, Uint8Array>>;

/** Tokens of a complete handshake, sent to other contexts. */
export function* kerberosReplays(): Generator<Scenario> {
  yield toServer('request', 'the AP-REQ of a complete handshake', 'AP-REQ');
  yield toServer('reply-to-server', "the server's own AP-REP", 'AP-REP');
  yield toClient('reply', 'the AP-REP of another handshake', ({ 'AP-REP': reply }) => reply);
  yield toClient('request-to-client', "the client's own AP-REQ", (_, request) => request);
}

function toServer(id: string, title: string, token: KerberosToken): Scenario {
  return {
    id: `replay/${id}`,
    title: `replay to a server: ${title}`,
    call: 'step',
    failsLogon: false,
    expected: expectRefused(CHECK_OF['AP-REQ']),
    prepare: async (exchange) => {
      const tokens = await recordHandshake(exchange);
      const { server } = await exchange.makeContexts();
      return async () => {
        await server.step(tokens[token]);
        return undefined;
      };
    },
  };
}

function toClient(
  id: string,
  title: string,
  choose: (tokens: RecordedTokens, request: Uint8Array) => Uint8Array,
): Scenario {
  return {
    id: `replay/${id}`,
    title: `replay to a client: ${title}`,
    call: 'step',
    failsLogon: false,
    expected: expectRefused(CHECK_OF['AP-REP']),
    prepare: async (exchange) => {
      const tokens = await recordHandshake(exchange);
      const { client } = await exchange.makeContexts();
      const { token: request } = await client.step();
      return async () => {
        await client.step(choose(tokens, request));
        return undefined;
      };
    },
  };
}

async function recordHandshake(exchange: Exchange): Promise<RecordedTokens> {
  const tokens: Uint8Array[] = [];
  await exchange.shakeHands({}, (token) => {
    tokens.push(token);
    return token;
  });
  const [request, reply] = [KERBEROS_TOKENS['AP-REQ'], KERBEROS_TOKENS['AP-REP']];
  return { 'AP-REQ': tokens[request], 'AP-REP': tokens[reply] } as RecordedTokens;
}
