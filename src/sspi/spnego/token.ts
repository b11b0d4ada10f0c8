import {
  applicationTag,
  contextTag,
  readBytes,
  readElement,
  readOptional,
  readSequenceOf,
  TAG,
} from '../../bytes/read-der.js';
import type { Field, Reader } from '../../bytes/reader.js';
import { withoutPrototype } from '../../bytes/without-prototype.js';
import { derElement } from '../../bytes/write-der.js';
import { SspiError } from '../error.js';
import { tokenReader } from '../token-reader.js';

/** NegState of RFC 4178 4.2.2. */
export const NEG_STATE = {
  'accept-completed': 0,
  'accept-incomplete': 1,
  reject: 2,
  'request-mic': 3,
} as const;

export type NegState = keyof typeof NEG_STATE;

/** NegTokenInit (RFC 4178 4.2.1). */
export interface NegTokenInit {
  /** OIDs in hex, without tag and length, most preferred first. */
  readonly mechTypes: readonly string[];
  /** The DER of MechTypeList, which mechListMIC covers. */
  readonly mechTypeList: Uint8Array;
  readonly mechToken: Uint8Array | undefined;
}

/** NegTokenResp (RFC 4178 4.2.2). */
export interface NegTokenResp {
  readonly negState?: NegState | undefined;
  /** An OID in hex. */
  readonly supportedMech?: string | undefined;
  readonly responseToken?: Uint8Array | undefined;
  readonly mechListMIC?: Uint8Array | undefined;
}

/** 1.3.6.1.5.5.2 */
const SPNEGO = '2b0601050502';
/** 1.3.6.1.4.1.311.2.2.10 */
export const NTLM = '2b06010401823702020a';

/**
 * Decodes the first token of a client.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN; SEC_E_SECPKG_NOT_FOUND for the token of a mechanism other than SPNEGO
 */
export function decodeNegTokenInit(
  token: Uint8Array,
  onField?: (field: Field) => void,
): NegTokenInit {
  return decodeInitial(token, onField, (fields) => readInit(fields, readMechTypes(fields)));
}

/**
 * Decodes the first token of either side: NegTokenInit, or the NegTokenInit2 of a server that speaks first (MS-SPNG
 * 2.2.1), which may have no list.
 *
 * @throws SspiError as {@link decodeNegTokenInit}
 */
export function decodeNegTokenInit2(
  token: Uint8Array,
  onField?: (field: Field) => void,
): NegTokenInit {
  return decodeInitial(token, onField, (fields) =>
    readInit(fields, fields.peek() === contextTag(0) ? readMechTypes(fields) : NO_MECH_TYPES),
  );
}

/**
 * Reads the OID of the mechanism to which the first token of a client belongs, in hex (RFC 2743 3.1).
 *
 * @returns undefined for a token without this framing
 * @throws SspiError SEC_E_INVALID_TOKEN
 */
export function readMechanism(token: Uint8Array): string | undefined {
  if (token[0] !== applicationTag(0)) return undefined;
  return readElement(tokenReader(token), 'InitialContextToken', applicationTag(0), (element) => {
    const mechanism = toHex(readBytes(element, 'thisMech', TAG.oid));
    element.rest('ignored');
    return mechanism;
  });
}

const NO_MECH_TYPES: MechTypes = { mechTypes: [], mechTypeList: new Uint8Array(0) };

function decodeInitial(
  token: Uint8Array,
  onField: ((field: Field) => void) | undefined,
  read: (fields: Reader) => NegTokenInit,
): NegTokenInit {
  const reader = tokenReader(token, onField);
  const init = readElement(reader, 'InitialContextToken', applicationTag(0), (element) => {
    const mechanism = toHex(readBytes(element, 'thisMech', TAG.oid));
    if (mechanism !== SPNEGO) {
      const problem = 'the token belongs to a mechanism other than SPNEGO';
      throw new SspiError('SEC_E_SECPKG_NOT_FOUND', problem);
    }
    return readElement(element, 'NegTokenInit', contextTag(0), (tagged) =>
      readElement(tagged, 'sequence', TAG.sequence, read),
    );
  });
  reader.finish('InitialContextToken');
  return init;
}

/** The fields after the list. Only the token is used; the MIC of a first token is not verified. */
function readInit(fields: Reader, list: MechTypes): NegTokenInit {
  readOptional(fields, 'reqFlags', contextTag(1), (flags) => flags.rest('ignored'));
  const mechToken = readOctets(fields, 'mechToken', contextTag(2));
  readOptional(fields, 'negHints', contextTag(3), readHints);
  readOctets(fields, 'mechListMIC', contextTag(4));
  return { ...list, mechToken };
}

/** NegHints (MS-SPNG 2.2.1), or mechListMIC, which has the same tag in RFC 4178. */
function readHints(reader: Reader): void {
  if (reader.peek() === TAG.octetString) {
    readBytes(reader, 'mechListMIC', TAG.octetString);
    return;
  }
  readElement(reader, 'sequence', TAG.sequence, (hints) => {
    readOptional(hints, 'hintName', contextTag(0), (name) =>
      readBytes(name, 'value', TAG.generalString),
    );
    readOctets(hints, 'hintAddress', contextTag(1));
  });
}

/** Clients know a handful of mechanisms. */
const MAX_MECH_TYPES = 64;

type MechTypes = Pick<NegTokenInit, 'mechTypes' | 'mechTypeList'>;

function readMechTypes(fields: Reader): MechTypes {
  return readElement(fields, 'mechTypes', contextTag(0), (reader) => {
    const start = reader.offset;
    const mechTypes = readSequenceOf(reader, 'list', 'mechType', MAX_MECH_TYPES, (item) =>
      toHex(readBytes(item, '', TAG.oid)),
    );
    if (mechTypes.length === 0) reader.fail('list', start, 'is empty');
    return { mechTypes, mechTypeList: reader.since(start) };
  });
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeNegTokenResp(
  token: Uint8Array,
  onField?: (field: Field) => void,
): NegTokenResp {
  const reader = tokenReader(token, onField);
  const resp = readElement(reader, 'NegTokenResp', contextTag(1), (element) =>
    readElement(element, 'sequence', TAG.sequence, readResp),
  );
  reader.finish('NegTokenResp');
  return resp;
}

function readResp(reader: Reader): NegTokenResp {
  return {
    negState: readOptional(reader, 'negState', contextTag(0), readNegState),
    supportedMech: readOptional(reader, 'supportedMech', contextTag(1), (mech) =>
      toHex(readBytes(mech, 'oid', TAG.oid)),
    ),
    responseToken: readOctets(reader, 'responseToken', contextTag(2)),
    mechListMIC: readOctets(reader, 'mechListMIC', contextTag(3)),
  };
}

function readNegState(reader: Reader): NegState {
  return readElement(reader, 'enumerated', TAG.enumerated, (element) => {
    const start = element.offset;
    const value = element.uint8('value');
    const found = Object.entries(NEG_STATE).find(([, number]) => number === value)?.[0];
    if (found === undefined) element.fail('value', start, `is ${value}`);
    return found as NegState;
  });
}

function readOctets(reader: Reader, name: string, tag: number): Uint8Array | undefined {
  return readOptional(reader, name, tag, (element) =>
    readBytes(element, 'octets', TAG.octetString),
  );
}

/** The DER of a MechTypeList. */
export function encodeMechTypeList(mechTypes: readonly string[]): Uint8Array {
  return derElement(TAG.sequence, ...mechTypes.map(oid));
}

export function encodeNegTokenInit(
  mechTypeList: Uint8Array,
  mechToken: Uint8Array | undefined,
): Uint8Array {
  const fields = derElement(
    TAG.sequence,
    derElement(contextTag(0), mechTypeList),
    ...encodeOctets(contextTag(2), mechToken),
  );
  return derElement(applicationTag(0), oid(SPNEGO), derElement(contextTag(0), fields));
}

export function encodeNegTokenResp(resp: NegTokenResp): Uint8Array {
  const { negState, supportedMech, responseToken, mechListMIC } = withoutPrototype({ ...resp });
  const fields: Uint8Array[] = [];
  if (negState !== undefined) {
    const state = derElement(TAG.enumerated, Uint8Array.of(NEG_STATE[negState]));
    fields.push(derElement(contextTag(0), state));
  }
  if (supportedMech !== undefined) fields.push(derElement(contextTag(1), oid(supportedMech)));
  fields.push(...encodeOctets(contextTag(2), responseToken));
  fields.push(...encodeOctets(contextTag(3), mechListMIC));
  return derElement(contextTag(1), derElement(TAG.sequence, ...fields));
}

/** A field, or none. */
function encodeOctets(tag: number, octets: Uint8Array | undefined): Uint8Array[] {
  return octets === undefined ? [] : [derElement(tag, derElement(TAG.octetString, octets))];
}

function oid(hex: string): Uint8Array {
  return derElement(TAG.oid, Buffer.from(hex, 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
