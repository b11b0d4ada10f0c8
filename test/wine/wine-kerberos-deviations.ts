import type { Json, KnownDeviation } from '../../src/conformance.js';

/** The properties of a {@link KnownDeviation}. */
type Deviation = readonly [
  id: string,
  cases: string,
  path: string,
  answer: Json,
  clause: string,
  why: string,
];

const CLIENT = 'kerberos-{client,both}';
const SERVER = 'kerberos-{server,both}';
const ALL_FLAGS = 'confidentiality integrity replay-detect sequence-detect';

/** Those of one end. */
const ends = [
  ['client', CLIENT, 'fromClient'],
  ['server', SERVER, 'fromServer'],
] as const;

const AT_EACH_END: readonly Deviation[] = ends.flatMap(([end, groups, sender]): Deviation[] => [
  [
    `${end}-signature-size`,
    `${groups}/attributes/signature-size`,
    `observations.${end}`,
    37,
    'sspi.h, cbMaxSignature',
    'it reports the longest signature of any encryption type',
  ],
  [
    `${end}-block-size`,
    `${groups}/attributes/trailer-size`,
    `observations.${end}[1]`,
    1,
    'sspi.h, cbBlockSize',
    'it reports a block size of 1 and pads nothing',
  ],
  [
    `${end}-max-token`,
    `${groups}/attributes/max-token`,
    `observations.${end}`,
    12_000,
    'sspi.h, cbMaxToken',
    'it has another maximum',
  ],
  [
    `${end}-unencrypted`,
    `${groups}/messages/unencrypted/{16,1000,65537}-bytes`,
    `observations.${sender}.isHidden`,
    true,
    'MS-KILE 3.4.5.4.1',
    'it rotates nothing, so that the checksum follows the message and the message begins in the trailer',
  ],
  [
    `${end}-rotation-sealed`,
    `${groups}/messages/headers`,
    `observations.${end}.sealed.rotation`,
    0,
    'MS-KILE 3.4.5.4.1',
    'it rotates nothing',
  ],
  [
    `${end}-rotation-unencrypted`,
    `${groups}/messages/headers`,
    `observations.${end}.unencrypted.rotation`,
    0,
    'MS-KILE 3.4.5.4.1',
    'it rotates nothing',
  ],
]);

const OF_BOTH: readonly Deviation[] = [
  [
    'attributes',
    'kerberos-*/attributes/{names,package-info,key-info,session-key}',
    'verdict',
    'refused',
    'sspi.h, SECPKG_ATTR_NAMES, SECPKG_ATTR_PACKAGE_INFO, SECPKG_ATTR_KEY_INFO and SECPKG_ATTR_SESSION_KEY',
    'it does not have these attributes',
  ],
];

const OF_CLIENT: readonly Deviation[] = [
  [
    'confidentiality',
    `${CLIENT}/handshake/wanted/and-not-asked`,
    'verdict',
    'accepted',
    'sspi.h, ISC_REQ_CONFIDENTIALITY',
    'its client requests confidentiality whenever it requests integrity',
  ],
  ...(['client', 'server'] as const).map(
    (end): Deviation => [
      `confidentiality-at-the-${end}`,
      `${CLIENT}/attributes/flags/integrity`,
      `observations.${end}`,
      ALL_FLAGS,
      'sspi.h, ISC_REQ_CONFIDENTIALITY',
      'its client requests confidentiality whenever it requests integrity',
    ],
  ),
  [
    'client-bindings',
    'kerberos-client/bindings/equal',
    'verdict',
    'refused',
    'sspi.h, SECBUFFER_CHANNEL_BINDINGS',
    'its client sends no channel bindings',
  ],
  [
    'client-bindings-accept',
    'kerberos-client/bindings/accept/different',
    'verdict',
    'accepted',
    'sspi.h, SECBUFFER_CHANNEL_BINDINGS',
    'its client sends no channel bindings, which the server allows',
  ],
  [
    'message-type-of-reply',
    `${CLIENT}/token/ap-rep/byte-31`,
    'verdict',
    'accepted',
    'RFC 4120 3.2.5',
    'its client does not check the msg-type of an AP-REP, which its tag repeats',
  ],
];

const OF_SERVER: readonly Deviation[] = [
  [
    'server-bindings',
    `${SERVER}/bindings/{different,client-none,accept/different}`,
    'verdict',
    'accepted',
    'RFC 4121 4.1.1.2',
    'its server ignores channel bindings',
  ],
  [
    'token-id',
    `${SERVER}/replay/reply-to-server`,
    'verdict',
    'accepted',
    'RFC 4121 4.1',
    'its server takes another token than an AP-REQ and waits for the next one',
  ],
  [
    'altered-token-id',
    `${SERVER}/token/ap-req/byte-1{5,6}`,
    'verdict',
    'failed',
    'RFC 4121 4.1',
    'its server takes another token than an AP-REQ and waits for the next one, so that no handshake completes',
  ],
];

/**
 * The known deviations of Wine's Kerberos, which is MIT's, through the adapter that gives it the shape of Windows. They
 * say nothing about Windows.
 */
export const WINE_KERBEROS_DEVIATIONS: readonly KnownDeviation[] = [
  ...OF_BOTH,
  ...AT_EACH_END,
  ...OF_CLIENT,
  ...OF_SERVER,
].map(([id, cases, path, answer, clause, why]) => {
  return { id: `wine-kerberos-${id}`, case: cases, path, answer, clause, why: `Wine 8.0: ${why}` };
});
