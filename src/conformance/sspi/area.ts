import type { Area, MakeCases } from '../area.js';
import type { ConformanceAccount, ProviderChoice } from '../sides/choice.js';
import type { Side } from '../sides/side.js';

/** SSPI with NTLM and Negotiate (MS-NLMP, MS-SPNG): secur32.dll beside the portable provider. */
export const sspi: Area<'client' | 'server' | 'both' | 'mutations'> = {
  groups: {
    client: 'The tested side is the client. The server is the portable provider.',
    server: 'The tested side is the server. The client is the portable provider.',
    both: 'The tested side is both the client and the server.',
    mutations: 'Handshakes and messages with one random change, in every role.',
  },
  // On Windows each mutation is a handshake that several subsystems take part in.
  mutations: 200,
  hasLibraries: false,
  hasAccounts: true,
  async loadCases(): Promise<Readonly<Record<string, MakeCases>>> {
    return (await import('./cases.js')).cases;
  },
  async openSide(choice: ProviderChoice, account: ConformanceAccount | undefined): Promise<Side> {
    return (await import('./open-side.js')).openSide(choice, account);
  },
};
