/** The result of a call of the DLL. */
export interface RawAnswer<Value> {
  /** The function's SECURITY_STATUS as unsigned 32 bits. Only 0 is success. */
  readonly status: number;
  /** Why the result is invalid although the function reported success. */
  readonly fault?: string;
  /** Present only with success and without a fault. */
  readonly value?: Value;
}

/** TOKENBINDING_RESULT_DATA */
export interface RawResult {
  readonly bindingType: number;
  readonly identifier: Uint8Array;
  readonly extensionData: Uint8Array;
}

export interface RawGeneratedBinding {
  readonly tokenBinding: Uint8Array;
  readonly result: RawResult;
}

export interface RawVersion {
  readonly major: number;
  readonly minor: number;
}

type AsyncAnswer<Value> = Promise<RawAnswer<Value>>;

/** The functions of one tokenbinding.dll as the addon exposes them. They take numbers and bytes and check neither. */
export interface RawCalls {
  /** @param extensionData an empty array becomes NULL; the function has no parameter for its size */
  generateBinding(
    keyType: number,
    targetUrl: string,
    bindingType: number,
    ekm: Uint8Array,
    extensionFormat: number,
    extensionData: Uint8Array,
  ): AsyncAnswer<RawGeneratedBinding>;
  generateBindingSync(
    keyType: number,
    targetUrl: string,
    bindingType: number,
    ekm: Uint8Array,
    extensionFormat: number,
    extensionData: Uint8Array,
  ): RawAnswer<RawGeneratedBinding>;
  generateMessage(tokenBindings: readonly Uint8Array[]): AsyncAnswer<Uint8Array>;
  generateMessageSync(tokenBindings: readonly Uint8Array[]): RawAnswer<Uint8Array>;
  verifyMessage(message: Uint8Array, keyType: number, ekm: Uint8Array): AsyncAnswer<RawResult[]>;
  verifyMessageSync(message: Uint8Array, keyType: number, ekm: Uint8Array): RawAnswer<RawResult[]>;
  getKeyTypesClient(): AsyncAnswer<number[]>;
  getKeyTypesServer(): AsyncAnswer<number[]>;
  deleteBinding(targetUrl: string): AsyncAnswer<true>;
  deleteAllBindings(): AsyncAnswer<true>;
  generateId(keyType: number, publicKey: Uint8Array): AsyncAnswer<RawResult>;
  /** Missing before Windows 10 version 1903. */
  generateIdForUri?(keyType: number, targetUri: string): AsyncAnswer<RawResult>;
  getHighestSupportedVersion(): AsyncAnswer<RawVersion>;
}
