import { AV_FLAG, dateOf } from '../../sspi/ntlm/av-pairs.js';
import { flagNames, isOem } from '../../sspi/ntlm/flags.js';
import { fromOem } from '../../sspi/ntlm/text.js';
import { NEG_STATE } from '../../sspi/spnego/token.js';
import { fromUtf16 } from '../../sspi/utf16.js';
import { isKerberosText, kerberosMeaningOf } from './kerberos-meaning.js';

/** Mechanisms by their OIDs in hex. */
const MECHANISMS: Readonly<Record<string, string>> = {
  '2b0601050502': 'SPNEGO',
  '2b06010401823702020a': 'NTLM',
  '2b06010401823702021e': 'NegoEx',
  '2a864886f712010202': 'Kerberos 5',
  '2a864882f712010202': 'Kerberos 5 (as old Windows writes it)',
  '2a864886f71201020203': 'Kerberos 5, user to user',
};

/** The meanings of byte fields. They apply only to the right length, because a damaged token may have another. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['MsvAvTimestamp', { length: 8, meaningOf: dateOf }],
  ['TimeStamp', { length: 8, meaningOf: dateOf }],
  ['MsvAvFlags', { length: 4, meaningOf: avFlagNames }],
  ['Version', { length: 8, meaningOf: version }],
]);

interface Meaning {
  readonly length: number;
  readonly meaningOf: (value: Uint8Array) => string | readonly string[];
}

/**
 * The meaning of a field's value; undefined if it has none but its bytes.
 *
 * @param names the path to the field
 */
export function meaningOf(
  names: readonly string[],
  value: number | Uint8Array,
): string | readonly string[] | undefined {
  const name = names.at(-1) ?? '';
  const kerberos = kerberosMeaningOf(names, value);
  if (kerberos !== undefined) return kerberos;
  if (typeof value === 'number') return meaningOfNumber(name, value);
  if (name === 'thisMech' || name === 'supportedMech' || name.startsWith('mechType[')) {
    return MECHANISMS[Buffer.from(value).toString('hex')] ?? 'unknown mechanism';
  }
  const meaning = MEANINGS.get(name);
  return meaning?.length === value.length ? meaning.meaningOf(value) : undefined;
}

const TEXTS = /^(?:TargetName|DomainName|UserName|Workstation|MsvAv\w*Name|hintName)$/;

/**
 * The text in a field, unescaped; undefined if the field is no text, or its code page is unknown.
 *
 * @param names the path to the field
 * @param flags NegotiateFlags of the message, which tell how names are encoded
 */
export function textOf(
  names: readonly string[],
  value: Uint8Array,
  flags: number,
): string | undefined {
  const name = names.at(-1) ?? '';
  if (value.length === 0) return undefined;
  if (isKerberosText(name)) return fromUtf8(value);
  if (!TEXTS.test(name)) return undefined;
  if (isOneByteText(name, names[0], flags)) return fromOem(value);
  return value.length % 2 === 0 ? fromUtf16(value) : undefined;
}

/** AV_PAIRs are always UTF-16, names in a NEGOTIATE_MESSAGE never. */
function isOneByteText(name: string, message: string | undefined, flags: number): boolean {
  if (name.startsWith('MsvAv')) return false;
  return name === 'hintName' || message === 'NEGOTIATE_MESSAGE' || isOem(flags);
}

function meaningOfNumber(name: string, value: number): string | readonly string[] {
  if (name === 'NegotiateFlags') return flagNames(value);
  if (name === 'negState') {
    return Object.entries(NEG_STATE).find(([, number]) => number === value)?.[0] ?? String(value);
  }
  return String(value);
}

function avFlagNames(value: Uint8Array): readonly string[] {
  const flags = Buffer.from(value).readUInt32LE();
  return Object.entries(AV_FLAG)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name);
}

/** VERSION of MS-NLMP 2.2.2.10. */
function version(value: Uint8Array): string {
  const [major, minor, low = 0, high = 0] = value;
  return `${major}.${minor}, build ${low | (high << 8)}, NTLM revision ${value[7]}`;
}

/** Undefined for other bytes. */
function fromUtf8(value: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  return Buffer.from(text).equals(value) ? text : undefined;
}
