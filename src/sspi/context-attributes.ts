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

/** An element of the AuthorizationData of a Kerberos ticket (RFC 4120 5.2.6). */
export interface AuthorizationElement {
  /** ad-type, a signed 32-bit number: 1 AD-IF-RELEVANT, 128 AD-WIN2K-PAC, others in RFC 4120 7.5.4. */
  readonly type: number;
  /** ad-data as it is in the ticket: any length, 0 too. That of AD-IF-RELEVANT is AuthorizationData in DER. */
  readonly data: Uint8Array;
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
  /** SecPkgContext_Names: the client's name, as `DOMAIN\user`, as the client sent it, or with Kerberos `user@REALM`. */
  names: { readonly userName: string };
  /** SecPkgContext_NegotiationInfo: the package that the two sides chose. */
  negotiationInfo: { readonly package: PackageInfo };
  /**
   * SecPkgContext_SessionKey: a copy of the session key, with NTLM the 16 bytes of ExportedSessionKey (MS-NLMP
   * 3.1.1.1). Keep it secret, and overwrite it after use: `sessionKey.fill(0)`.
   */
  sessionKey: Uint8Array;
  /** SecPkgContext_KeyInfo: the algorithms that protect messages. */
  keyInfo: KeyInfo;
  /** SecPkgContext_PackageInfo: the package of the credentials. */
  packageInfo: PackageInfo;
  /** SecPkgContext_Flags: what the context provides. */
  flags: readonly ContextFlag[];
  /**
   * No attribute of SSPI: copies of the authorization data in the client's ticket (RFC 4120 5.2.6), in its order; empty
   * if the ticket has none. Only servers of Kerberos in the portable provider have it, also inside Negotiate.
   *
   * The ticket was decrypted with a key of the server, so a holder of that key made it: the KDC, or whoever has the
   * keytab. Nothing in the data is checked. The PAC of Active Directory has type 128, inside the data of an element of
   * type 1 (AD-IF-RELEVANT). It is not evaluated, and its signatures (MS-PAC 2.8) are not verified.
   */
  authorizationData: readonly AuthorizationElement[];
}
