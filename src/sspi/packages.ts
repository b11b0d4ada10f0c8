import { SspiError } from '../errors.js';

/** SecPkgInfo. */
export interface PackageInfo {
  /** What {@link CredentialsRequest.package} takes. */
  readonly name: string;
  readonly comment: string;
  /** wRPCID: RPC_C_AUTHN_ of Rpcdce.h. */
  readonly rpcId: number;
  /** cbMaxToken: Windows' figure for its own buffers, in bytes. Nothing here is cut to it. */
  readonly maxToken: number;
  /** fCapabilities, by the names of its SECPKG_FLAG_ bits. */
  readonly capabilities: readonly PackageCapability[];
}

export type PackageCapability = 'integrity' | 'privacy' | 'connection' | 'datagram' | 'negotiable';

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

function frozen(info: PackageInfo): PackageInfo {
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
