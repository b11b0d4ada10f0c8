import assert from 'node:assert/strict';
import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { TestContext } from 'node:test';
import { PreparedHttpAgent, PreparedHttpsAgent } from '../../../src/http/connection/http-agents.js';
import { certificate, ToyHooks, ToyServer } from './conn-bench.js';

export type Protocol = 'http:' | 'https:';

export interface AgentBench {
  readonly server: ToyServer;
  readonly hooks: ToyHooks;
  readonly agent: Agent;
}

/** A server and an agent with its hooks, which end with the test. */
export async function openBench(
  t: TestContext,
  protocol: Protocol,
  options?: AgentOptions,
): Promise<AgentBench> {
  const server = await ToyServer.open(protocol);
  const hooks = new ToyHooks(server.origin);
  const agent = await openAgent(t, protocol, hooks, options);
  t.after(() => server.close());
  return { server, hooks, agent };
}

export async function openAgent(
  t: TestContext,
  protocol: Protocol,
  hooks: ToyHooks,
  options: AgentOptions = {},
): Promise<Agent> {
  const { cert: ca } = await certificate();
  const PreparedAgent = protocol === 'http:' ? PreparedHttpAgent : PreparedHttpsAgent;
  const agent = new PreparedAgent(hooks, { ca, ...options });
  t.after(() => agent.destroy());
  return agent;
}

/** Fails if the pool of an agent has a connection, a request, or a wrong count. */
export function assertEmpty(agent: Agent): void {
  assert.deepEqual(Object.keys(agent.sockets), []);
  assert.deepEqual(Object.keys(agent.freeSockets), []);
  assert.deepEqual(Object.keys(agent.requests), []);
  assert.equal((agent as Agent & { totalSocketCount: number }).totalSocketCount, 0);
}
