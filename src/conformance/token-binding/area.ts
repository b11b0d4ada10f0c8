import type { Area, MakeCases } from '../area.js';
import type { ProviderChoice } from '../sides/choice.js';
import type { Side } from '../sides/side.js';

type Group = 'vectors' | 'messages' | 'generate-message' | 'identifiers' | 'mutations' | 'probes';

/** Token Binding (RFC 8471): tokenbinding.dll beside the portable provider. */
export const tokenBinding: Area<Group> = {
  groups: {
    vectors: 'Published messages, verified once for each key type.',
    messages: 'Generated messages of every type, order and size, and with every kind of fault.',
    'generate-message': 'TokenBindings that generateMessage joins or rejects.',
    identifiers: 'Public keys that generateId turns into TokenBindingIDs or rejects.',
    mutations: 'Random messages, most of them changed in one place.',
    // Probes run last: their unusual arguments may crash the library.
    probes: 'Questions that the specification leaves open, such as versions, key types and scopes.',
  },
  mutations: 2000,
  hasLibraries: true,
  hasAccounts: false,
  async loadCases(): Promise<Readonly<Record<string, MakeCases>>> {
    return (await import('./cases/all.js')).cases;
  },
  async openSide(choice: ProviderChoice): Promise<Side> {
    return (await import('./open-side.js')).openSide(choice);
  },
};
