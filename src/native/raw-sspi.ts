import type { RawAnswer } from './raw.js';

declare const kind: unique symbol;

/**
 * CredHandle, in an object that only the addon can make or look into. FreeCredentialsHandle comes with
 * closeCredentials or with garbage collection, but not before the last context of it is gone.
 */
export interface RawCredentials {
  readonly [kind]: 'credentials';
}

/**
 * CtxtHandle, likewise. DeleteSecurityContext comes with closeContext or with garbage collection; where a
 * step is under way then, when that has ended.
 */
export interface RawContext {
  readonly [kind]: 'context';
}

/** SecPkgInfo */
export interface RawPackageInfo {
  /** SECPKG_FLAG_ bits. */
  readonly capabilities: number;
  readonly version: number;
  /** wRPCID */
  readonly rpcId: number;
  /** cbMaxToken */
  readonly maxToken: number;
  readonly name: string;
  readonly comment: string;
}

/** SEC_WINNT_AUTH_IDENTITY; an empty string is told as one, never as NULL. */
export interface RawIdentity {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** What a step that did not fail gave. CompleteAuthToken has been called where that was asked for. */
export interface RawStep {
  /** SEC_E_OK or SEC_I_COMPLETE_NEEDED; else SEC_I_CONTINUE_NEEDED or SEC_I_COMPLETE_AND_CONTINUE. */
  readonly done: boolean;
  /** The output SECBUFFER_TOKEN; may be empty. */
  readonly token: Uint8Array;
  /** pfContextAttr: ISC_RET_ or ASC_RET_ bits. Of meaning when done; Wine's NTLM says 0. */
  readonly attributes: number;
}

/** SecBuffer */
export interface RawBuffer {
  /** SECBUFFER_ number, with attributes such as SECBUFFER_READONLY. */
  readonly type: number;
  readonly data: Uint8Array;
}

/** What came of decrypting a message. */
export interface RawDecrypted {
  /** pfQOP: SECQOP_WRAP_NO_ENCRYPT (0x80000001) for a message that was signed, not encrypted. */
  readonly qop: number;
  /**
   * Copies of the buffers as the call left them, in the order given: types and sizes may be others, and a
   * SECBUFFER_DATA given empty beside a SECBUFFER_STREAM is then a part of that. A SECBUFFER_TOKEN and a
   * SECBUFFER_STREAM come back without bytes.
   */
  readonly buffers: RawBuffer[];
}

/** SecPkgContext_Sizes */
export interface RawSizes {
  readonly maxToken: number;
  readonly maxSignature: number;
  readonly blockSize: number;
  readonly securityTrailer: number;
}

/** SecPkgContext_KeyInfo */
export interface RawKeyInfo {
  readonly signatureAlgorithmName: string;
  readonly encryptAlgorithmName: string;
  /** In bits. */
  readonly keySize: number;
  readonly signatureAlgorithm: number;
  readonly encryptAlgorithm: number;
}

/** SecPkgContext_NegotiationInfo */
export interface RawNegotiationInfo {
  readonly package: RawPackageInfo;
  /** SECPKG_NEGOTIATION_ number: 0 complete, 1 optimistic, 2 in progress. */
  readonly state: number;
}

/**
 * The functions of sspi.h as the addon calls them: numbers and bytes, no checks beyond those that memory
 * safety needs. A wrong kind of argument, a handle of another kind too, is a TypeError; a handle that is
 * closed is the status SEC_E_INVALID_HANDLE. Calls that may ask a domain controller are promises; the
 * others may not be made of a context that has a step under way: they would wait for it.
 */
export interface RawSspiCalls {
  enumerateSecurityPackages(): RawAnswer<RawPackageInfo[]>;
  querySecurityPackageInfo(name: string): RawAnswer<RawPackageInfo>;

  /**
   * @param use SECPKG_CRED_INBOUND 1, SECPKG_CRED_OUTBOUND 2
   * @param identity undefined for the user of the process
   */
  acquireCredentialsHandle(
    packageName: string,
    use: number,
    identity: RawIdentity | undefined,
  ): Promise<RawAnswer<RawCredentials>>;

  /**
   * The context of a client; calls nothing of Windows before its first step.
   *
   * @param target undefined for NULL
   * @param requirements ISC_REQ_ bits, without ISC_REQ_ALLOCATE_MEMORY
   * @param channelBindings application_data; undefined for none
   */
  newClientContext(
    credentials: RawCredentials,
    target: string | undefined,
    requirements: number,
    channelBindings: Uint8Array | undefined,
  ): RawAnswer<RawContext>;
  /**
   * The context of a server; calls nothing of Windows before its first step.
   *
   * @param requirements ASC_REQ_ bits, without ASC_REQ_ALLOCATE_MEMORY
   * @param channelBindings application_data; undefined for none
   */
  newServerContext(
    credentials: RawCredentials,
    requirements: number,
    channelBindings: Uint8Array | undefined,
  ): RawAnswer<RawContext>;

  /**
   * InitializeSecurityContext or AcceptSecurityContext, and CompleteAuthToken, whose status it is where
   * that failed.
   *
   * @param token undefined for no SECBUFFER_TOKEN at all, as in the first step of a client
   */
  step(context: RawContext, token: Uint8Array | undefined): Promise<RawAnswer<RawStep>>;

  querySizes(context: RawContext): RawAnswer<RawSizes>;
  /** sUserName */
  queryNames(context: RawContext): RawAnswer<string>;
  queryKeyInfo(context: RawContext): RawAnswer<RawKeyInfo>;
  querySessionKey(context: RawContext): RawAnswer<Uint8Array>;
  queryPackageInfo(context: RawContext): RawAnswer<RawPackageInfo>;
  queryNegotiationInfo(context: RawContext): RawAnswer<RawNegotiationInfo>;
  /** ISC_RET_ or ASC_RET_ bits. */
  queryFlags(context: RawContext): RawAnswer<number>;

  /**
   * The signature, as long as the call made it. `buffers` go before the SECBUFFER_TOKEN of this call.
   *
   * @param room the size of that SECBUFFER_TOKEN: cbMaxSignature
   * @param sequence MessageSeqNo, 0 on a connection; so in the next three
   */
  makeSignature(
    context: RawContext,
    qop: number,
    buffers: readonly RawBuffer[],
    room: number,
    sequence: number,
  ): RawAnswer<Uint8Array>;
  /**
   * pfQOP, where the signature is right.
   *
   * @param buffers with the signature as SECBUFFER_TOKEN
   */
  verifySignature(
    context: RawContext,
    buffers: readonly RawBuffer[],
    sequence: number,
  ): RawAnswer<number>;
  /**
   * Copies of the buffers as the call left them, in the order given, each as long as it is then.
   *
   * @param buffers with zeros for those that the call writes: SECBUFFER_TOKEN of cbSecurityTrailer,
   * SECBUFFER_PADDING of cbBlockSize. Wine's Kerberos takes more for its token than it says (60 bytes for
   * 49), and SEC_E_BUFFER_TOO_SMALL has cost a sequence number: room to spare is better than another try
   */
  encryptMessage(
    context: RawContext,
    qop: number,
    buffers: readonly RawBuffer[],
    sequence: number,
  ): RawAnswer<RawBuffer[]>;
  decryptMessage(
    context: RawContext,
    buffers: readonly RawBuffer[],
    sequence: number,
  ): RawAnswer<RawDecrypted>;

  /** Closing again does nothing; this and the next one. */
  closeCredentials(credentials: RawCredentials): void;
  closeContext(context: RawContext): void;
}
