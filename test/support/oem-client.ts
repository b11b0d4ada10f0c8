import { Writer } from '../../src/bytes/writer.js';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { decodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { ntowfv2, ntProof } from '../../src/sspi/ntlm/keys.js';
import { Payloads, SIGNATURE } from '../../src/sspi/ntlm/message.js';
import { encodeTemp } from '../../src/sspi/ntlm/ntlmv2-response.js';
import { ALICE } from './authenticate.js';

/** The logon of a client without Unicode. The default is alice with her password and the usual fields. */
export interface OemLogon {
  readonly user?: string;
  readonly domain?: string;
  readonly workstation?: string;
  readonly password?: string;
  /** NegotiateFlags; by default those of the challenge. */
  readonly flags?: number;
  readonly encoding?: BufferEncoding;
  /** AV_PAIRs to add to the server's, or to replace them. */
  readonly pairs?: readonly (readonly [number, Uint8Array])[];
}

/**
 * The AUTHENTICATE_MESSAGE of a client that writes its names in single bytes. Like curl's it has no Version, although
 * it returns the flag, and no MIC.
 */
export function oemAuthenticate(challenge: Uint8Array, logon: OemLogon = {}): Uint8Array {
  const message = decodeChallenge(challenge);
  const { user, domain, password, workstation } = { ...ALICE, workstation: 'node77', ...logon };
  const pairs = new Map([...message.targetInfo, ...(logon.pairs ?? [])]);
  const temp = encodeTemp(new Uint8Array(8), new Uint8Array(8), pairs);
  const responseKey = ntowfv2(ntHashOf(password), user, domain);
  const proof = ntProof(responseKey, message.serverChallenge, temp);
  const payloads = new Payloads(64);
  const text = (value: string) => payloads.add(Buffer.from(value, logon.encoding ?? 'latin1'));
  const fields = [
    payloads.add(new Uint8Array(24)),
    payloads.add(Buffer.concat([proof, temp])),
    text(domain),
    text(user),
    text(workstation),
    payloads.add(new Uint8Array(0)),
  ];
  const writer = new Writer(payloads.size).raw(SIGNATURE).uint32le(3);
  for (const field of fields) writer.raw(field);
  writer.uint32le(logon.flags ?? message.flags);
  for (const part of payloads.parts) writer.raw(part);
  return writer.finish();
}
