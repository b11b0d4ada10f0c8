import { SspiError } from './error.js';

/** SecPkgInfo. */
export interface PackageInfo {
  /** What {@link CredentialsRequest.package} takes. */
  readonly name: string;
  readonly comment: string;
  /** wRPCID: RPC_C_AUTHN_ of Rpcdce.h. */
  readonly rpcId: number;
  /** cbMaxToken: Windows' figure for its own buffers, in bytes. Nothing here is cut to it. */
  readonly maxToken: number;
  /** fCapabilities, by the names of its SECPKG_FLAG_ bits; a bit without a name is left out. */
  readonly capabilities: readonly PackageCapability[];
}

/** The SECPKG_FLAG_ bits of sspi.h, from the lowest one on. */
const CAPABILITIES = [
  'integrity',
  'privacy',
  'token-only',
  'datagram',
  'connection',
  'multi-required',
  'client-only',
  'extended-error',
  'impersonation',
  'accept-win32-name',
  'stream',
  'negotiable',
  'gss-compatible',
  'logon',
  'ascii-buffers',
  'fragment',
  'mutual-auth',
  'delegation',
  'readonly-with-checksum',
  'restricted-tokens',
  'nego-extender',
  'negotiable2',
  'appcontainer-passthrough',
  'appcontainer-checks',
  'credential-isolation',
  'apply-loopback',
] as const;

export type PackageCapability = (typeof CAPABILITIES)[number];

/** The names of the SECPKG_FLAG_ bits that are set, of those that have one. */
export function capabilitiesOf(bits: number): PackageCapability[] {
  return CAPABILITIES.filter((_, bit) => ((bits >>> bit) & 1) === 1);
}

/** What the portable provider has. */
export const PORTABLE_PACKAGES: readonly PackageInfo[] = [
  frozen({
    name: 'Negotiate',
    comment: 'SPNEGO (RFC 4178) over NTLM',
    rpcId: 9,
    maxToken: 48_256,
    capabilities: ['integrity', 'privacy', 'connection'],
  }),
  frozen({
    name: 'NTLM',
    comment: 'NTLMv2 (MS-NLMP)',
    rpcId: 10,
    maxToken: 2888,
    capabilities: ['integrity', 'privacy', 'connection', 'datagram', 'negotiable'],
  }),
];

export function frozen(info: PackageInfo): PackageInfo {
  Object.freeze(info.capabilities);
  return Object.freeze(info);
}

/**
 * The package of a name, in upper or lower case as Windows takes it.
 *
 * @throws SspiError SEC_E_SECPKG_NOT_FOUND
 */
export function findPackage(packages: readonly PackageInfo[], name: string): PackageInfo {
  const found = packages.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const names = packages.map((candidate) => candidate.name).join(', ');
  throw new SspiError('SEC_E_SECPKG_NOT_FOUND', `there is no such package here, only ${names}`);
}
