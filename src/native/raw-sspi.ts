import type { RawAnswer } from './raw.js';

declare const kind: unique symbol;

/**
 * CredHandle, in an object that only the addon can create and read. FreeCredentialsHandle is called after
 * closeCredentials or garbage collection, when the last context of these credentials is deleted too.
 */
export interface RawCredentials {
  readonly [kind]: 'credentials';
}

/**
 * CtxtHandle, in such an object. DeleteSecurityContext is called after closeContext or garbage collection,
 * when a running step has ended.
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

/** SEC_WINNT_AUTH_IDENTITY. An empty string is passed as such, never as NULL. */
export interface RawIdentity {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** The result of a step that succeeded, after CompleteAuthToken if the status asked for it. */
export interface RawStep {
  /** True for SEC_E_OK and SEC_I_COMPLETE_NEEDED, false for SEC_I_CONTINUE_NEEDED and SEC_I_COMPLETE_AND_CONTINUE. */
  readonly done: boolean;
  /** The output SECBUFFER_TOKEN; may be empty. */
  readonly token: Uint8Array;
  /** pfContextAttr: ISC_RET_ or ASC_RET_ bits. Final only when `done`. */
  readonly attributes: number;
}

/** SecBuffer */
export interface RawBuffer {
  /** SECBUFFER_ number, with attribute bits such as SECBUFFER_READONLY. */
  readonly type: number;
  readonly data: Uint8Array;
}

/** A decrypted message. */
export interface RawDecrypted {
  /** pfQOP: SECQOP_WRAP_NO_ENCRYPT (0x80000001) if the message was signed but not encrypted. */
  readonly qop: number;
  /**
   * Copies of the buffers after the call, in the order of the input. The call may change their types and
   * sizes: an empty SECBUFFER_DATA beside a SECBUFFER_STREAM becomes a part of the stream. SECBUFFER_TOKEN
   * and SECBUFFER_STREAM are returned without bytes.
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
 * The functions of sspi.h as the addon exposes them. They take numbers and bytes and check only what memory
 * safety needs. A wrong type of argument or handle is a TypeError; a closed handle gives the status
 * SEC_E_INVALID_HANDLE. Calls that may contact a domain controller return promises. The other calls must not
 * use a context during its step: they would block until it ends.
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
   * Creates the context of a client. It calls no function of Windows before its first step.
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
   * Creates the context of a server. It calls no function of Windows before its first step.
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
   * Calls InitializeSecurityContext or AcceptSecurityContext, and CompleteAuthToken if the status asks for it.
   * If CompleteAuthToken fails, the status is its own.
   *
   * @param token undefined for no SECBUFFER_TOKEN, as in the first step of a client
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
   * Returns the signature in its actual length. The addon appends its SECBUFFER_TOKEN to `buffers`.
   *
   * @param capacity size of that SECBUFFER_TOKEN in bytes: cbMaxSignature
   * @param sequence MessageSeqNo; 0 on a connection
   */
  makeSignature(
    context: RawContext,
    qop: number,
    buffers: readonly RawBuffer[],
    capacity: number,
    sequence: number,
  ): RawAnswer<Uint8Array>;
  /**
   * Returns pfQOP if the signature is valid.
   *
   * @param buffers with the signature as SECBUFFER_TOKEN
   * @param sequence as for makeSignature
   */
  verifySignature(
    context: RawContext,
    buffers: readonly RawBuffer[],
    sequence: number,
  ): RawAnswer<number>;
  /**
   * Returns copies of the buffers after the call, in the order of the input and with their new sizes.
   *
   * @param buffers with zeros for those that the call writes: SECBUFFER_TOKEN of cbSecurityTrailer bytes,
   * SECBUFFER_PADDING of cbBlockSize bytes. A larger buffer is safer than a second attempt:
   * after SEC_E_BUFFER_TOO_SMALL a sequence number is already used
   * @param sequence as for makeSignature
   */
  encryptMessage(
    context: RawContext,
    qop: number,
    buffers: readonly RawBuffer[],
    sequence: number,
  ): RawAnswer<RawBuffer[]>;
  /** @param sequence as for makeSignature */
  decryptMessage(
    context: RawContext,
    buffers: readonly RawBuffer[],
    sequence: number,
  ): RawAnswer<RawDecrypted>;

  /** Closing a closed handle does nothing. */
  closeCredentials(credentials: RawCredentials): void;
  /** Closing a closed handle does nothing. */
  closeContext(context: RawContext): void;
}
