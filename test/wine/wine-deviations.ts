import type { Json, KnownDeviation } from '../../src/conformance.js';

/** Wine 8.0 with ntlm_auth of Samba 4.17 has all of them. */
const WINE = 'Wine 8.0';

/** The properties of a {@link KnownDeviation}. */
type Deviation = readonly [
  id: string,
  cases: string,
  path: string,
  answer: Json,
  clause: string,
  why: string,
];

const CLIENT: readonly Deviation[] = [
  [
    'wine-detection-flags',
    '{client,both}/*/handshake/asked/{replay,sequence}-detect',
    'verdict',
    'refused',
    'sspi.h, ISC_RET_REPLAY_DETECT and ISC_RET_SEQUENCE_DETECT',
    'its client does not report the detections that come with integrity',
  ],
  [
    'wine-client-flags-integrity',
    '{client,both}/*/attributes/flags/integrity',
    'observations.client',
    'integrity',
    'sspi.h, SECPKG_ATTR_FLAGS',
    'its client does not report the detections that come with integrity',
  ],
  [
    'wine-client-flags-confidentiality',
    '{client,both}/*/attributes/flags/confidentiality',
    'observations.client',
    'confidentiality integrity',
    'sspi.h, SECPKG_ATTR_FLAGS',
    'its client does not report the detections that come with confidentiality',
  ],
  [
    'wine-negotiate-without-spnego',
    '{client,both}/negotiate/handshake/first-token',
    'observations.form',
    'NTLM',
    'MS-SPNG 3.1.5.2',
    'its Negotiate sends bare NTLM tokens',
  ],
  [
    'wine-client-max-token',
    '{client,both}/*/attributes/max-token',
    'observations.client',
    1904,
    'sspi.h, cbMaxToken',
    'its NTLM has another maximum, for Negotiate too',
  ],
  [
    'wine-half-a-signature',
    'client/*/{signature,trailer}/byte-0[0-7]/bit-*',
    'verdict',
    'accepted',
    'MS-NLMP 3.4.7, 3.4.9',
    'its VerifySignature and DecryptMessage compare only bytes 8 to 15 of a signature',
  ],
  [
    'wine-out-of-step',
    'client/*/signature/afterwards/{altered,out-of-sequence}',
    'verdict',
    'refused',
    'MS-NLMP 3.4.4',
    'its VerifySignature counts a refused message',
  ],
  [
    'wine-client-bindings',
    '{client,both}/*/bindings/{equal,server-none,accept/equal,ignore/different,ignore/equal}',
    'verdict',
    'refused',
    'sspi.h, SECBUFFER_CHANNEL_BINDINGS',
    'its client takes no channel bindings: it rejects every input buffer in its first call',
  ],
];

const BOTH_ENDS: readonly Deviation[] = [
  [
    'wine-identify',
    '*/*/handshake/asked/integrity-and-identify',
    'verdict',
    'refused',
    'sspi.h, ISC_RET_IDENTIFY',
    'its client does not report identify, and its server does not accept it',
  ],
  [
    'wine-identify-flags',
    '*/*/attributes/flags/identify-and-integrity',
    'verdict',
    'failed',
    'sspi.h, ISC_RET_IDENTIFY',
    'its client does not report identify, and its server does not accept it',
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

const SERVER: readonly Deviation[] = [
  [
    'wine-server-wanted',
    '{server,both}/ntlm/handshake/wanted/{integrity,confidentiality}',
    'verdict',
    'refused',
    'sspi.h, pfContextAttr',
    'its server reports no flags of a context',
  ],
  [
    'wine-server-flags',
    '{server,both}/ntlm/attributes/flags/{integrity,confidentiality}',
    'observations.server',
    '',
    'sspi.h, pfContextAttr',
    'its server reports no flags of a context',
  ],
  [
    'wine-server-messages',
    '{server,both}/ntlm/messages/**',
    'verdict',
    'refused',
    'sspi.h, pfContextAttr',
    'its server does not report integrity, so that nothing can be signed',
  ],
  [
    'wine-server-forgeries',
    '{server,both}/ntlm/{signature,trailer}/**',
    'verdict',
    'failed',
    'sspi.h, pfContextAttr',
    'its server does not report integrity, so that there is no signature to forge',
  ],
  [
    'wine-server-mutations',
    'mutations/*/*/{server,both}/ntlm/{signed,sealed}',
    'verdict',
    'failed',
    'sspi.h, pfContextAttr',
    'its server does not report integrity, so that there is no signature to change',
  ],
  [
    'wine-server-signature-size',
    '{server,both}/ntlm/attributes/signature-size',
    'observations.server',
    0,
    'sspi.h, pfContextAttr',
    'its server does not report integrity, so that there are no signatures',
  ],
  [
    'wine-server-trailer-size',
    '{server,both}/ntlm/attributes/trailer-size',
    'observations.server[0]',
    0,
    'sspi.h, pfContextAttr',
    'its server does not report confidentiality, so that there are no trailers',
  ],
  [
    'wine-server-max-token',
    '{server,both}/ntlm/attributes/max-token',
    'observations.server',
    1904,
    'sspi.h, cbMaxToken',
    'its NTLM has another maximum',
  ],
  [
    'wine-server-bindings',
    '{server,both}/ntlm/bindings/{different,client-none,accept/different}',
    'verdict',
    'accepted',
    'MS-NLMP 3.2.5.1.2',
    'its server ignores channel bindings',
  ],
  [
    'wine-server-any-user',
    '{server,both}/ntlm/identity/unknown-user',
    'verdict',
    'accepted',
    'MS-NLMP 3.2.5.1.2',
    'its server asks ntlm_auth, which accepts any user if it is given the password',
  ],
  [
    'wine-negotiate-server',
    '{server,both}/negotiate/{handshake,order}/**',
    'verdict',
    'refused',
    'RFC 4178 4.2',
    'its server has no Negotiate: it rejects bare tokens and SPNEGO',
  ],
  [
    'wine-negotiate-server-after',
    '{server,both}/negotiate/**',
    'verdict',
    'failed',
    'RFC 4178 4.2',
    'its server has no Negotiate, so that no handshake completes',
  ],
  [
    'wine-negotiate-server-mutations',
    'mutations/*/*/{server,both}/negotiate/*',
    'verdict',
    'failed',
    'RFC 4178 4.2',
    'its server has no Negotiate, so that there is nothing to change',
  ],
];

/**
 * The known deviations of Wine's SSPI from the specification and from Microsoft's documentation. They say
 * nothing about Windows. The server was tested with an ntlm_auth that is given the password, because ntlm_auth
 * has no other accounts without a domain controller.
 */
export const WINE_DEVIATIONS: readonly KnownDeviation[] = [...CLIENT, ...BOTH_ENDS, ...SERVER].map(
  ([id, cases, path, answer, clause, why]) => {
    return { id, case: cases, path, answer, clause, why: `${WINE}: ${why}` };
  },
);
