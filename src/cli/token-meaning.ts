import { AV_FLAG } from '../sspi/ntlm/av-pairs.js';
import { dateOf } from '../sspi/ntlm/filetime.js';
import { flagNames } from '../sspi/ntlm/flags.js';
import { fromUtf16 } from '../sspi/ntlm/text.js';
import { NEG_STATE } from '../sspi/spnego/token.js';

/** Mechanisms by their OIDs in hex. */
const MECHANISMS: Readonly<Record<string, string>> = {
  '2b0601050502': 'SPNEGO',
  '2b06010401823702020a': 'NTLM',
  '2b06010401823702021e': 'NegoEx',
  '2a864886f712010202': 'Kerberos 5',
  '2a864882f712010202': 'Kerberos 5 (as old Windows writes it)',
  '2a864886f71201020203': 'Kerberos 5, user to user',
};

const TEXTS = /^(?:TargetName|DomainName|UserName|Workstation|MsvAv\w*Name)$/;

/** What the value of a field means; undefined where its bytes say all there is. */
export function meaningOf(
  names: readonly string[],
  value: number | Uint8Array,
): string | readonly string[] | undefined {
  const name = names.at(-1) ?? '';
  if (typeof value === 'number') return meaningOfNumber(name, value);
  if (value.length === 0) return undefined;
  if (TEXTS.test(name)) {
    const isOem = names[0] === 'NEGOTIATE_MESSAGE';
    return quoted(isOem ? Buffer.from(value).toString('latin1') : fromUtf16(value));
  }
  if (name === 'MsvAvTimestamp' || name === 'TimeStamp') return dateOf(value);
  if (name === 'MsvAvFlags') return avFlagNames(Buffer.from(value).readUInt32LE());
  if (name === 'Version') return version(value);
  if (name === 'thisMech' || name === 'supportedMech' || name.startsWith('mechType[')) {
    return MECHANISMS[Buffer.from(value).toString('hex')] ?? 'unknown mechanism';
  }
  return undefined;
}

function meaningOfNumber(name: string, value: number): string | readonly string[] {
  if (name === 'NegotiateFlags') return flagNames(value);
  if (name === 'negState') {
    return Object.entries(NEG_STATE).find(([, number]) => number === value)?.[0] ?? String(value);
  }
  return String(value);
}

function avFlagNames(flags: number): readonly string[] {
  return Object.entries(AV_FLAG)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name);
}

/** VERSION of MS-NLMP 2.2.2.10. */
function version(value: Uint8Array): string {
  const [major, minor, low = 0, high = 0] = value;
  return `${major}.${minor}, build ${low | (high << 8)}, NTLM revision ${value[7]}`;
}

/** Text of a stranger's, with what a terminal could obey escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
