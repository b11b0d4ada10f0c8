import { authenticatedAgents, type ClientEvent } from '../../../src/http-auth.js';
import { PATIENT } from '../../support/patience.js';
import { ALICE } from '../accounts.js';
import type { Certificate } from './certificate.js';

/** The agents of our client, with the built-in undici. */
export type Agents = ReturnType<typeof authenticatedAgents>;
export type AgentsOptions = Parameters<typeof authenticatedAgents>[0];

/** A server whose end returns what it has logged. */
interface TestedServer<Log> {
  readonly certificate: Certificate;
  stop(): Promise<Log>;
}

export interface Use {
  readonly agents: Agents;
  readonly events: readonly ClientEvent[];
}

/** Uses a server with our client as ALICE, ends both, and returns what the server has logged. */
export async function useClient<Log>(
  server: TestedServer<Log>,
  options: Partial<AgentsOptions> & Pick<AgentsOptions, 'origins'>,
  use: (used: Use) => Promise<void>,
): Promise<Log> {
  const events: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => {
    events.push(event);
  };
  const tls = { ca: server.certificate.cert };
  const own = { identity: ALICE, tls, timeout: PATIENT, onEvent };
  const agents = authenticatedAgents({ ...own, ...options });
  const stop = () => {
    agents.close();
    return server.stop();
  };
  try {
    await use({ agents, events });
  } catch (error) {
    await stop();
    throw error;
  }
  return await stop();
}
