import type { RawSspiOpening } from './raw-sspi.js';

/** What a function of the DLL answered. */
export interface RawAnswer<Value> {
  /** Its SECURITY_STATUS as unsigned 32 bits; 0 is the one success. */
  readonly status: number;
  /** What is invalid in an answer that came with success, with its numbers. */
  readonly fault?: string;
  /** With success and without a fault alone. */
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

type Answering<Value> = Promise<RawAnswer<Value>>;

/** The functions of one tokenbinding.dll, as the addon calls them: numbers and bytes, no checks. */
export interface RawCalls {
  /** @param extensionData none is NULL; the function takes no size for it */
  generateBinding(
    keyType: number,
    targetUrl: string,
    bindingType: number,
    ekm: Uint8Array,
    extensionFormat: number,
    extensionData: Uint8Array,
  ): Answering<RawGeneratedBinding>;
  generateBindingSync(
    keyType: number,
    targetUrl: string,
    bindingType: number,
    ekm: Uint8Array,
    extensionFormat: number,
    extensionData: Uint8Array,
  ): RawAnswer<RawGeneratedBinding>;
  generateMessage(tokenBindings: readonly Uint8Array[]): Answering<Uint8Array>;
  generateMessageSync(tokenBindings: readonly Uint8Array[]): RawAnswer<Uint8Array>;
  verifyMessage(message: Uint8Array, keyType: number, ekm: Uint8Array): Answering<RawResult[]>;
  verifyMessageSync(message: Uint8Array, keyType: number, ekm: Uint8Array): RawAnswer<RawResult[]>;
  getKeyTypesClient(): Answering<number[]>;
  getKeyTypesServer(): Answering<number[]>;
  deleteBinding(targetUrl: string): Answering<true>;
  deleteAllBindings(): Answering<true>;
  generateId(keyType: number, publicKey: Uint8Array): Answering<RawResult>;
  /** Not in Windows before version 1903. */
  generateIdForUri?(keyType: number, targetUri: string): Answering<RawResult>;
  getHighestSupportedVersion(): Answering<RawVersion>;
}

/** Why there is no DLL to call. */
export interface RawAbsence {
  readonly absence: 'library-missing' | 'library-too-old' | 'symbol-missing';
  /** With symbol-missing: its name. */
  readonly missing?: string;
}

/** What the addon says of a DLL that it was to open. */
export type RawOpening =
  | { readonly path: string; readonly calls: RawCalls }
  | RawAbsence
  | {
      /** The function of Windows that a DLL which is there failed in, and its Win32 error code. */
      readonly failed: string;
      readonly error: number;
    };

/** The addon itself. */
export interface RawAddon {
  /** @param path without one, tokenbinding.dll in System32 */
  openTokenBinding(path?: string): RawOpening;
  /** secur32.dll in System32. */
  openSspi(): RawSspiOpening;
}
