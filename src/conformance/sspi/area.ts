import type { Area, MakeCases, SideOptions } from '../area.js';
import type { ProviderChoice } from '../sides/choice.js';
import type { Side } from '../sides/side.js';

type Group =
  | 'client'
  | 'server'
  | 'both'
  | 'kerberos-client'
  | 'kerberos-server'
  | 'kerberos-both'
  | 'mutations';

/** SSPI with NTLM, Negotiate and Kerberos (MS-NLMP, MS-SPNG, RFC 4121): secur32.dll beside the portable provider. */
export const sspi: Area<Group> = {
  groups: {
    client: 'NTLM and Negotiate: the tested side is the client, the portable provider the server.',
    server: 'NTLM and Negotiate: the tested side is the server, the portable provider the client.',
    both: 'NTLM and Negotiate: the tested side is both the client and the server.',
    'kerberos-client': 'Kerberos: the tested side is the client, the portable provider the server.',
    'kerberos-server': 'Kerberos: the tested side is the server, the portable provider the client.',
    'kerberos-both': 'Kerberos: the tested side is both the client and the server.',
    mutations: 'Handshakes and messages with one random change, in every role.',
  },
  // On Windows each mutation is a handshake that several subsystems take part in.
  mutations: 300,
  hasLibraries: false,
  hasAccounts: true,
  async loadCases(): Promise<Readonly<Record<string, MakeCases>>> {
    return (await import('./cases.js')).cases;
  },
  async openSide(choice: ProviderChoice, options: SideOptions): Promise<Side> {
    return (await import('./open-side.js')).openSide(choice, options);
  },
};
