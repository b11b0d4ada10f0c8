import type { RawSizes } from '../../native/raw-sspi.js';
import type { ContextFlag } from '../context-options.js';
import { unsupported } from '../failure.js';

/** How the messages of a context are protected. */
export interface WindowsProtection {
  /** Those of the context, with 0 for what it does not provide. */
  readonly sizes: RawSizes;
  /** Whether NTLM protects the messages. */
  readonly isNtlm: boolean;
  /** Whether the context can encrypt messages, and not only sign them. */
  readonly encrypts: boolean;
}

/** A package may report sizes of signatures and trailers for a context that has no integrity. */
export function protectionOf(
  sizes: RawSizes,
  flags: readonly ContextFlag[],
  isNtlm: boolean,
): WindowsProtection {
  const isConfidential = flags.includes('confidentiality');
  const hasIntegrity = flags.includes('integrity');
  return {
    sizes: {
      ...sizes,
      maxSignature: hasIntegrity ? sizes.maxSignature : 0,
      securityTrailer: hasIntegrity || isConfidential ? sizes.securityTrailer : 0,
    },
    isNtlm,
    // NTLM encrypts with integrity alone.
    encrypts: isConfidential || isNtlm,
  };
}

/** Windows' page "Signing a Message": cbMaxSignature is 0 if a context cannot sign. */
export function requireSigning({ sizes }: WindowsProtection): void {
  if (sizes.maxSignature === 0) throw unsupported('this context has no integrity');
}

/** @param encrypt whether the message is to be encrypted, or only signed */
export function requireSealing({ sizes, encrypts }: WindowsProtection, encrypt: boolean): void {
  if (sizes.securityTrailer === 0 || (encrypt && !encrypts)) {
    throw unsupported(`this context has no ${encrypt ? 'confidentiality' : 'integrity'}`);
  }
}
