import { derElement } from '../../bytes/der.js';
import { readBytes, readElement, readOptional, TAG } from '../../bytes/read-der.js';
import type { Field, Reader } from '../../bytes/reader.js';
import { SspiError } from '../../errors.js';
import { tokenReader } from '../reader.js';

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
  /** OIDs in hex, without tag and length, the preferred first. */
  readonly mechTypes: readonly string[];
  /** The DER of MechTypeList: what mechListMIC is over. */
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
 * @throws SspiError SEC_E_INVALID_TOKEN; SEC_E_SECPKG_NOT_FOUND for the first token of another
 * mechanism, outside of SPNEGO
 */
export function decodeNegTokenInit(
  token: Uint8Array,
  onField?: (field: Field) => void,
): NegTokenInit {
  const reader = tokenReader(token, onField);
  const init = readElement(reader, 'InitialContextToken', TAG.application0, (element) => {
    const mechanism = toHex(readBytes(element, 'thisMech', TAG.oid));
    if (mechanism !== SPNEGO) {
      const problem = 'the token is of a mechanism other than NTLM and SPNEGO';
      throw new SspiError('SEC_E_SECPKG_NOT_FOUND', problem);
    }
    return readElement(element, 'NegTokenInit', TAG.context0, readInit);
  });
  reader.finish('InitialContextToken');
  return init;
}

function readInit(reader: Reader): NegTokenInit {
  return readElement(reader, 'sequence', TAG.sequence, (fields) => {
    const list = readElement(fields, 'mechTypes', TAG.context0, readMechTypes);
    readOptional(fields, 'reqFlags', TAG.context1, skip);
    const mechToken = readOctets(fields, 'mechToken', TAG.context2);
    // mechListMIC of RFC 4178, or negHints and then mechListMIC of MS-SPNG 2.2.1: nobody acts on them.
    readOptional(fields, 'negHints', TAG.context3, skip);
    readOptional(fields, 'mechListMIC', TAG.context4, skip);
    return { ...list, mechToken };
  });
}

function readMechTypes(reader: Reader): Pick<NegTokenInit, 'mechTypes' | 'mechTypeList'> {
  const start = reader.offset;
  const mechTypes: string[] = [];
  readElement(reader, 'list', TAG.sequence, (list) =>
    list.items('mechType', (item) => mechTypes.push(toHex(readBytes(item, '', TAG.oid)))),
  );
  if (mechTypes.length === 0) reader.fail('list', start, 'is empty');
  return { mechTypes, mechTypeList: reader.since(start) };
}

/** @throws SspiError SEC_E_INVALID_TOKEN */
export function decodeNegTokenResp(
  token: Uint8Array,
  onField?: (field: Field) => void,
): NegTokenResp {
  const reader = tokenReader(token, onField);
  const resp = readElement(reader, 'NegTokenResp', TAG.context1, (element) =>
    readElement(element, 'sequence', TAG.sequence, readResp),
  );
  reader.finish('NegTokenResp');
  return resp;
}

function readResp(reader: Reader): NegTokenResp {
  return {
    negState: readOptional(reader, 'negState', TAG.context0, readNegState),
    supportedMech: readOptional(reader, 'supportedMech', TAG.context1, (mech) =>
      toHex(readBytes(mech, 'oid', TAG.oid)),
    ),
    responseToken: readOctets(reader, 'responseToken', TAG.context2),
    mechListMIC: readOctets(reader, 'mechListMIC', TAG.context3),
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

function skip(reader: Reader): void {
  reader.rest('ignored');
}

/** The DER of a MechTypeList. */
export function encodeMechTypeList(mechTypes: readonly string[]): Uint8Array {
  return derElement(TAG.sequence, ...mechTypes.map(oid));
}

export function encodeNegTokenInit(mechTypeList: Uint8Array, mechToken: Uint8Array): Uint8Array {
  const fields = derElement(
    TAG.sequence,
    derElement(TAG.context0, mechTypeList),
    derElement(TAG.context2, derElement(TAG.octetString, mechToken)),
  );
  return derElement(TAG.application0, oid(SPNEGO), derElement(TAG.context0, fields));
}

export function encodeNegTokenResp(resp: NegTokenResp): Uint8Array {
  const { negState, supportedMech, responseToken, mechListMIC } = resp;
  const fields: Uint8Array[] = [];
  if (negState !== undefined) {
    const state = derElement(TAG.enumerated, Uint8Array.of(NEG_STATE[negState]));
    fields.push(derElement(TAG.context0, state));
  }
  if (supportedMech !== undefined) fields.push(derElement(TAG.context1, oid(supportedMech)));
  for (const [tag, octets] of [
    [TAG.context2, responseToken],
    [TAG.context3, mechListMIC],
  ] as const) {
    if (octets !== undefined) fields.push(derElement(tag, derElement(TAG.octetString, octets)));
  }
  return derElement(TAG.context1, derElement(TAG.sequence, ...fields));
}

function oid(hex: string): Uint8Array {
  return derElement(TAG.oid, Buffer.from(hex, 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
