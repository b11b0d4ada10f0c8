import { readFileSync } from 'node:fs';
import type { Field } from '../../src/bytes/reader.js';

/** MS-NLMP 4.2 in hex; the file says where each number comes from. */
export const msNlmp: MsNlmp = load<MsNlmp>('ntlm-ms-nlmp.json');
/** Whole exchanges between two foreign implementations, in hex. */
export const transcripts: readonly Transcript[] = load<Transcript[]>('ntlm-transcripts.json');

/** A token of test/vectors/interop.json, which says where its layout comes from. */
export function interopToken(id: string): Uint8Array {
  const { tokens } = load<{ tokens: { id: string; base64: string }[] }>('interop.json');
  const found = tokens.find((token) => token.id === id);
  if (found === undefined) throw new Error(`unknown token ${id}`);
  return Uint8Array.from(Buffer.from(found.base64, 'base64'));
}

interface Wrap {
  readonly sealKey: string;
  readonly signKey: string;
  readonly seqNum: number;
  readonly plaintext: string;
  readonly sealed: string;
  readonly signature: string;
}

interface MsNlmp {
  readonly common: {
    readonly user: string;
    readonly userDom: string;
    readonly passwd: string;
    readonly serverName: string;
    readonly workstation: string;
    readonly randomSessionKey: string;
    readonly time: string;
    readonly clientChallenge: string;
    readonly serverChallenge: string;
  };
  readonly ntlmv1: {
    readonly negotiateFlags: string;
    readonly LMOWFv1: string;
    readonly NTOWFv1: string;
    readonly sessionBaseKey: string;
    readonly lmResponse: string;
    readonly ntResponse: string;
    readonly keyExchangeKey: Record<'default' | 'nonNtSessionKey' | 'lmKey', string>;
    readonly encryptedSessionKey: Record<'default' | 'nonNtSessionKey' | 'lmKey', string>;
    readonly challengeMessage: string;
    readonly authenticateMessage: string;
    readonly wrap: Wrap & { readonly randomPad: string; readonly crc32Checksum: string };
  };
  readonly ntlmv1ess: {
    readonly negotiateFlags: string;
    readonly lmResponse: string;
    readonly ntResponse: string;
    readonly sessionBaseKey: string;
    readonly keyExchangeKey: string;
    readonly wrap: Wrap;
  };
  readonly ntlmv2: {
    readonly negotiateFlags: string;
    readonly targetInfo: string;
    readonly NTOWFv2: string;
    readonly sessionBaseKey: string;
    readonly lmv2ProofPart: string;
    readonly ntProofStr: string;
    readonly encryptedSessionKey: string;
    readonly challengeMessage: string;
    readonly authenticateMessage: string;
    readonly wrap: Wrap;
  };
  readonly derived: {
    readonly serverSignKey: string;
    readonly sealKey: Record<string, string>;
    readonly noKeyExchWrapSignature: string;
  };
}

interface Transcript {
  readonly label: string;
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly negotiate: string;
  readonly challenge: string;
  readonly authenticate: string;
  readonly exportedSessionKey: string;
  readonly message: string;
  readonly clientSignatures: readonly string[];
  readonly clientSealed: Sealed;
  readonly serverSignature: {
    readonly seq: number;
    readonly message: string;
    readonly sig: string;
  };
  readonly serverSealed: Sealed;
  readonly mic: string;
}

interface Sealed {
  readonly seq: number;
  readonly plaintext: string;
  readonly trailerPlusCiphertext: string;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** The fields that a decoder reports, by their paths; bytes in hex. */
export function fieldsOf(
  decode: (token: Uint8Array, onField: (field: Field) => void) => unknown,
  token: Uint8Array,
): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  decode(token, ({ path, value }) => {
    fields[path] = typeof value === 'number' ? value : hex(value);
  });
  return fields;
}

// Compiled tests lie two folders deeper than the sources: dist/test/support.
function load<T>(name: string): T {
  const file = new URL(`../../../test/vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
