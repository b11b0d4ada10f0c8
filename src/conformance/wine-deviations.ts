import type { WineDeviation } from './known-deviations.js';
import type { Json } from './outcome.js';

/** The version that all of them were seen in, beside ntlm_auth of Samba 4.17. */
const WINE = 'wine-8.0';

/** What is known, in the order of {@link WineDeviation}'s properties. */
type Known = readonly [
  id: string,
  cases: string,
  path: string,
  answer: Json,
  clause: string,
  why: string,
];

const CLIENT: readonly Known[] = [
  [
    'wine-detection-flags',
    '{client,both}/*/handshake/asked/{replay,sequence}-detect',
    'verdict',
    'refused',
    'sspi.h, ISC_RET_REPLAY_DETECT and ISC_RET_SEQUENCE_DETECT',
    'its client gives integrity, and does not say that the detections come with it',
  ],
  [
    'wine-client-flags-integrity',
    '{client,both}/*/attributes/flags/integrity',
    'observations.client',
    'integrity',
    'sspi.h, SECPKG_ATTR_FLAGS',
    'its client does not say that the detections come with integrity',
  ],
  [
    'wine-client-flags-confidentiality',
    '{client,both}/*/attributes/flags/confidentiality',
    'observations.client',
    'confidentiality integrity',
    'sspi.h, SECPKG_ATTR_FLAGS',
    'its client does not say that the detections come with confidentiality',
  ],
  [
    'wine-negotiate-without-spnego',
    '{client,both}/negotiate/handshake/first-token',
    'observations.form',
    'NTLM',
    'MS-SPNG 3.1.5.2',
    'its Negotiate sends the tokens of NTLM as they are',
  ],
  [
    'wine-client-max-token',
    '{client,both}/*/attributes/max-token',
    'observations.client',
    1904,
    'sspi.h, cbMaxToken',
    'its NTLM has a figure of its own, for Negotiate too',
  ],
  [
    'wine-half-a-signature',
    'client/*/{signature,trailer}/byte-0[0-7]/bit-*',
    'verdict',
    'accepted',
    'MS-NLMP 3.4.7, 3.4.9',
    'its VerifySignature and DecryptMessage compare bytes 8 to 15 of a signature alone',
  ],
  [
    'wine-out-of-step',
    'client/*/signature/afterwards/{altered,out-of-sequence}',
    'verdict',
    'refused',
    'MS-NLMP 3.4.4',
    'its VerifySignature counts a message that it has refused',
  ],
  [
    'wine-client-bindings',
    '{client,both}/*/bindings/{equal,server-none,accept/equal,ignore/different}',
    'verdict',
    'refused',
    'sspi.h, SECBUFFER_CHANNEL_BINDINGS',
    'its client takes no channel bindings: there may be no buffer at all when it begins',
  ],
];

const BOTH_ENDS: readonly Known[] = [
  [
    'wine-identify',
    '*/*/handshake/asked/integrity-and-identify',
    'verdict',
    'refused',
    'sspi.h, ISC_RET_IDENTIFY',
    'its client does not say that it gives identify, and its server does not agree to that',
  ],
  [
    'wine-identify-flags',
    '*/*/attributes/flags/identify-and-integrity',
    'verdict',
    'failed',
    'sspi.h, ISC_RET_IDENTIFY',
    'its client does not say that it gives identify, and its server does not agree to that',
  ],
  [
    'wine-attributes',
    '*/*/attributes/{names,package-info,session-key}',
    'verdict',
    'refused',
    'sspi.h, SECPKG_ATTR_NAMES, SECPKG_ATTR_PACKAGE_INFO and SECPKG_ATTR_SESSION_KEY',
    'its NTLM does not have these attributes',
  ],
];

const SERVER: readonly Known[] = [
  [
    'wine-server-wanted',
    '{server,both}/ntlm/handshake/wanted/{integrity,confidentiality}',
    'verdict',
    'refused',
    'sspi.h, pfContextAttr',
    'its server says of no context what that gives',
  ],
  [
    'wine-server-flags',
    '{server,both}/ntlm/attributes/flags/{integrity,confidentiality}',
    'observations.server',
    '',
    'sspi.h, pfContextAttr',
    'its server says of no context what that gives',
  ],
  [
    'wine-server-messages',
    '{server,both}/ntlm/messages/**',
    'verdict',
    'refused',
    'sspi.h, pfContextAttr',
    'its server does not say that it gives integrity, and so nothing is signed',
  ],
  [
    'wine-server-forgeries',
    '{server,both}/ntlm/{signature,trailer}/**',
    'verdict',
    'failed',
    'sspi.h, pfContextAttr',
    'its server does not say that it gives integrity, and so nothing is signed that could be forged',
  ],
  [
    'wine-server-mutations',
    'mutations/*/*/{server,both}/ntlm/{signed,sealed}',
    'verdict',
    'failed',
    'sspi.h, pfContextAttr',
    'its server does not say that it gives integrity, and so nothing is signed that could be changed',
  ],
  [
    'wine-server-signature-size',
    '{server,both}/ntlm/attributes/signature-size',
    'observations.server',
    0,
    'sspi.h, pfContextAttr',
    'its server does not say that it gives integrity, and so there are no signatures',
  ],
  [
    'wine-server-trailer-size',
    '{server,both}/ntlm/attributes/trailer-size',
    'observations.server[0]',
    0,
    'sspi.h, pfContextAttr',
    'its server does not say that it gives confidentiality, and so there are no trailers',
  ],
  [
    'wine-server-max-token',
    '{server,both}/ntlm/attributes/max-token',
    'observations.server',
    1904,
    'sspi.h, cbMaxToken',
    'its NTLM has a figure of its own',
  ],
  [
    'wine-server-bindings',
    '{server,both}/ntlm/bindings/{different,client-none,accept/different}',
    'verdict',
    'accepted',
    'MS-NLMP 3.2.5.1.2',
    'its server does not look at channel bindings',
  ],
  [
    'wine-server-any-user',
    '{server,both}/ntlm/identity/unknown-user',
    'verdict',
    'accepted',
    'MS-NLMP 3.2.5.1.2',
    'its server asks ntlm_auth, which takes any user where it is told the password itself',
  ],
  [
    'wine-negotiate-server',
    '{server,both}/negotiate/{handshake,order}/**',
    'verdict',
    'refused',
    'RFC 4178 4.2',
    'its server has no Negotiate: it takes no token, in SPNEGO or out of it',
  ],
  [
    'wine-negotiate-server-after',
    '{server,both}/negotiate/**',
    'verdict',
    'failed',
    'RFC 4178 4.2',
    'its server has no Negotiate, and so nothing that comes after a handshake',
  ],
  [
    'wine-negotiate-server-mutations',
    'mutations/*/*/{server,both}/negotiate/*',
    'verdict',
    'failed',
    'RFC 4178 4.2',
    'its server has no Negotiate, and so nothing that could be changed on its way',
  ],
];

/**
 * Every place where Wine's SSPI is known to part from the specification, or from what Windows' documentation
 * says. None of it is a word on Windows. Its server was seen with an ntlm_auth that is told the password: there
 * is no other that has accounts.
 */
export const WINE_DEVIATIONS: readonly WineDeviation[] = [...CLIENT, ...BOTH_ENDS, ...SERVER].map(
  ([id, cases, path, answer, clause, why]) => {
    return { id, case: cases, path, answer, clause, wine: WINE, why };
  },
);
