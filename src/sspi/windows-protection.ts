import type { RawSizes } from '../native/raw-sspi.js';
import type { ContextFlag } from './context-options.js';
import { unsupported } from './failure.js';

/** The package that protects the messages of a context, and what the context gives. */
export interface WindowsProtection {
  readonly sizes: RawSizes;
  readonly isNtlm: boolean;
  /** Whether messages are encrypted where they are sealed at all. */
  readonly encrypts: boolean;
  /** Wine is not Windows, and its packages differ. */
  readonly isWine: boolean;
}

/** Sizes are 0 of what the context does not give: Wine's NTLM tells of signatures and trailers all the same. */
export function protectionOf(
  sizes: RawSizes,
  flags: readonly ContextFlag[],
  isNtlm: boolean,
  isWine: boolean,
): WindowsProtection {
  const isSigned = flags.includes('integrity');
  const isConfidential = flags.includes('confidentiality');
  // With integrity alone NTLM encrypts all the same, and others sign what is not encrypted.
  const isSealed = isConfidential || (isSigned && !isWine);
  return {
    sizes: {
      ...sizes,
      maxSignature: isSigned ? sizes.maxSignature : 0,
      securityTrailer: isSealed ? sizes.securityTrailer : 0,
    },
    isNtlm,
    encrypts: isConfidential || isNtlm,
    isWine,
  };
}

/** Windows' page on signing: cbMaxSignature is 0 where a context does not sign. */
export function requireSigning({ sizes }: WindowsProtection): void {
  if (sizes.maxSignature === 0) throw unsupported('this context has no integrity');
}

/** @param encrypt whether messages are to be encrypted */
export function requireSealing({ sizes, encrypts }: WindowsProtection, encrypt: boolean): void {
  if (sizes.securityTrailer === 0 || (encrypt && !encrypts)) {
    throw unsupported(`this context has no ${encrypt ? 'confidentiality' : 'integrity'}`);
  }
}
