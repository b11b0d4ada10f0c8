import { randomBytes } from 'node:crypto';
import type { Gss } from './gss.js';
import type { Row } from './measure.js';
import { loggingOn, sealing, signing } from './ntlm.js';

const SIZES = [
  { size: 64, name: '64 B', sign: 6, seal: 5 },
  { size: 1024, name: '1 KiB', sign: 2.5, seal: 1.3 },
  { size: 16_384, name: '16 KiB', sign: 1, seal: 0.55 },
];

const RECENT = Number(process.versions.node.split('.')[0]) >= 24;

/** Compares NTLM with gss-ntlmssp: messages and logons. In each, a provider is both client and server. */
export function gssRows(gss: () => Gss): Row[] {
  const messages = SIZES.flatMap(({ size, name, sign, seal }): Row[] => {
    const message = new Uint8Array(randomBytes(size));
    return [
      {
        name: `NTLM: makeSignature of ${name} / gss_get_mic`,
        ratio: 'speed',
        goal: { atLeast: sign },
        prepare: async () => ({
          ours: await signing(message),
          baseline: gss().batch('sign', size),
        }),
      },
      {
        name: `NTLM: encryptMessage of ${name} / gss_wrap`,
        ratio: 'speed',
        goal: { atLeast: seal },
        prepare: async () => ({
          ours: await sealing(message),
          baseline: gss().batch('seal', size),
        }),
      },
    ];
  });
  const logon: Row = {
    name: "NTLM: logon, client and server in one process / gss-ntlmssp's",
    ratio: 'speed',
    goal: { atLeast: RECENT ? 1.8 : 1.2 },
    prepare: async () => ({ ours: await loggingOn(), baseline: gss().batch('logon', 0) }),
  };
  return [...messages, logon];
}
