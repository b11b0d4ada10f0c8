import type { ContextFlag } from './context-options.js';
import type { PackageInfo } from './packages.js';

/** SecPkgContext_KeyInfo. */
export interface KeyInfo {
  /** With NTLM `HMAC-MD5`, or `RSADSI RC4-CRC32` without extended session security. */
  readonly signatureAlgorithmName: string;
  /** With NTLM `RSADSI RC4`. */
  readonly encryptAlgorithmName: string;
  /** Bits of the key that seals messages: 128, 56 or 40 with NTLM. */
  readonly keySize: number;
  /** An ALG_ID of wincrypt.h or a number of the package, as unsigned 32 bits; 0 if there is none. */
  readonly signatureAlgorithm: number;
  /** As {@link signatureAlgorithm}. */
  readonly encryptAlgorithm: number;
}

/** The result of {@link SecurityContext.queryContextAttributes}, by the name of the SECPKG_ATTR_ attribute. */
export interface ContextAttributes {
  /** SecPkgContext_Sizes, all in bytes. */
  sizes: {
    /** cbMaxToken: the longest token of a handshake. This package does not enforce it. */
    readonly maxToken: number;
    /** cbMaxSignature: the longest signature. 16 with NTLM, 0 without integrity. */
    readonly maxSignature: number;
    /** cbBlockSize: the longest padding. 0 with NTLM. */
    readonly blockSize: number;
    /** cbSecurityTrailer: the longest trailer. 16 with NTLM, 0 if the context seals nothing. */
    readonly securityTrailer: number;
  };
  /** SecPkgContext_Names: the client's name, as `DOMAIN\user` or as the client sent it. */
  names: { readonly userName: string };
  /** SecPkgContext_NegotiationInfo: the package that the two sides chose. */
  negotiationInfo: { readonly package: PackageInfo };
  /**
   * SecPkgContext_SessionKey: a copy of the session key, with NTLM the 16 bytes of ExportedSessionKey (MS-NLMP
   * 3.1.1.1). Keep it secret.
   */
  sessionKey: Uint8Array;
  /** SecPkgContext_KeyInfo: the algorithms that protect messages. */
  keyInfo: KeyInfo;
  /** SecPkgContext_PackageInfo: the package of the credentials. */
  packageInfo: PackageInfo;
  /** SecPkgContext_Flags: what the context provides. */
  flags: readonly ContextFlag[];
}
