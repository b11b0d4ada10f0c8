import type { Group } from './case.js';

/** What each group is, in one sentence. */
export const GROUP_DESCRIPTIONS: Readonly<Record<Group, string>> = {
  vectors: 'Published messages, verified once for each key type that TLS can negotiate.',
  messages:
    'Generated messages: every type, order and size, and each fault that a message can have.',
  joins: 'TokenBindings that generateMessage puts together, or rejects.',
  identifiers: 'Public keys that generateId turns into TokenBindingIDs, or rejects.',
  mutations: 'Random input, most of it changed in one place; the seed decides how.',
  probes:
    'Questions about what the specification leaves open, such as versions, key types and scopes.',
  client: 'The side under test is the client; the portable provider is the server.',
  server: 'The side under test is the server; the portable provider is the client.',
  both: 'The side under test is both the client and the server.',
};
