import { flipped, tamperWith } from '../support/sspi.js';
import type { Interference } from './interference.js';

const SPNEGO = Buffer.from('06062b0601050502', 'hex');
const NTLM = Buffer.from('060a2b06010401823702020a', 'hex');
const KERBEROS = Buffer.from('06092a864886f712010202', 'hex');

/** SPNEGO's own protection of the choice of the mechanism: RFC 4178 5. */
export const UNDER_THE_MECH_LIST_MIC: readonly Interference[] = [
  {
    name: 'one more mechanism in the list',
    tamper: tamperWith(0, (token) => withKerberos(Buffer.from(token))),
  },
  {
    name: "the client's mechListMIC altered",
    tamper: tamperWith(2, withLastByteAltered),
  },
  {
    name: "the server's mechListMIC altered",
    tamper: tamperWith(3, withLastByteAltered),
  },
  {
    name: "the client's mechListMIC removed",
    tamper: tamperWith(2, (token) => withoutMic(Buffer.from(token))),
  },
  {
    name: "the server's mechListMIC removed",
    tamper: tamperWith(3, (token) => withoutMic(Buffer.from(token))),
  },
];

/** Changes the offer of a client that prefers Kerberos: only NTLM remains, and no token. */
export const KERBEROS_TAKEN_OUT: Interference = {
  name: 'Kerberos removed from the list',
  tamper: tamperWith(0, () => der(0x60, SPNEGO, der(0xa0, der(0x30, der(0xa0, der(0x30, NTLM)))))),
};

/** Adds Kerberos to the NegTokenInit of a client that offers only NTLM. */
function withKerberos(token: Buffer): Buffer {
  const mechanisms = der(0x30, NTLM);
  const start = token.indexOf(mechanisms);
  if (start < 0) throw new Error('the client offers more than NTLM');
  const mechToken = token.subarray(start + mechanisms.length);
  const list = der(0xa0, der(0x30, NTLM, KERBEROS));
  return der(0x60, SPNEGO, der(0xa0, der(0x30, list, mechToken)));
}

function withLastByteAltered(token: Uint8Array): Uint8Array {
  return flipped(token, 8 * (token.length - 1));
}

/** A NegTokenResp without its last element, `[3] OCTET STRING` of 16 bytes. */
function withoutMic(token: Buffer): Buffer {
  const MIC = Buffer.from('a3120410', 'hex');
  const end = token.length - MIC.length - 16;
  if (!token.subarray(end).subarray(0, MIC.length).equals(MIC)) throw new Error('no mechListMIC');
  return der(0xa1, der(0x30, contentOf(contentOf(token.subarray(0, end)))));
}

/** Everything after tag and length. The length may exceed the content. */
function contentOf(element: Buffer): Buffer {
  const length = element.readUInt8(1);
  return element.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f));
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}
