import { oneOf } from '../bytes/check.js';
import { SspiError } from './error.js';

/** A security package: SecPkgInfo. */
export interface PackageInfo {
  /** The name for {@link CredentialsRequest.package}, such as `NTLM`. */
  readonly name: string;
  /** A description for humans. */
  readonly comment: string;
  /** wRPCID: an RPC_C_AUTHN_ number of Rpcdce.h, such as 10 for NTLM. */
  readonly rpcId: number;
  /** cbMaxToken: the longest token in bytes, for a caller's buffers. This package does not enforce it. */
  readonly maxToken: number;
  /** fCapabilities, as the names of its SECPKG_FLAG_ bits. Unknown bits are left out. */
  readonly capabilities: readonly PackageCapability[];
}

/** The SECPKG_FLAG_ bits of sspi.h, from the lowest up. */
export const CAPABILITIES = [
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

/** A SECPKG_FLAG_ bit of sspi.h, by its name in lower case. */
export type PackageCapability = (typeof CAPABILITIES)[number];

/** The packages of the portable provider. */
export const PORTABLE_PACKAGES: readonly PackageInfo[] = [
  freezeInfo({
    name: 'Negotiate',
    comment: 'SPNEGO (RFC 4178) over Kerberos and NTLM',
    rpcId: 9,
    maxToken: 48_256,
    capabilities: ['integrity', 'privacy', 'connection', 'mutual-auth'],
  }),
  freezeInfo({
    name: 'Kerberos',
    comment: 'Kerberos V5 (RFC 4120, RFC 4121)',
    rpcId: 16,
    maxToken: 48_000,
    capabilities: ['integrity', 'privacy', 'connection', 'negotiable', 'mutual-auth'],
  }),
  freezeInfo({
    name: 'NTLM',
    comment: 'NTLMv2 (MS-NLMP)',
    rpcId: 10,
    maxToken: 2888,
    capabilities: ['integrity', 'privacy', 'connection', 'datagram', 'negotiable'],
  }),
];

export function freezeInfo(info: PackageInfo): PackageInfo {
  Object.freeze(info.capabilities);
  return Object.freeze(info);
}

/**
 * Finds a package by its name. Windows ignores the case of names.
 *
 * @throws SspiError SEC_E_SECPKG_NOT_FOUND
 */
export function findPackage(packages: readonly PackageInfo[], name: string): PackageInfo {
  const found = packages.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const names = packages.map((candidate) => candidate.name);
  throw new SspiError('SEC_E_SECPKG_NOT_FOUND', `the package must be ${oneOf(names, name)}`);
}
