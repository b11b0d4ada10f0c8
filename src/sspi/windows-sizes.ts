import type { RawSizes } from '../native/raw-sspi.js';
import type { ContextFlag } from './context-options.js';
import { unsupported } from './failure.js';

/** Without what the context does not give: Wine's NTLM tells of signatures and trailers all the same. */
export function sizesGiven(sizes: RawSizes, flags: readonly ContextFlag[]): RawSizes {
  return {
    ...sizes,
    maxSignature: flags.includes('integrity') ? sizes.maxSignature : 0,
    securityTrailer: flags.includes('confidentiality') ? sizes.securityTrailer : 0,
  };
}

/** Windows' page on signing: cbMaxSignature is 0 where a context does not sign. */
export function requireSigning({ maxSignature }: RawSizes): void {
  if (maxSignature === 0) throw unsupported('this context has no integrity');
}

export function requireSealing({ securityTrailer }: RawSizes): void {
  if (securityTrailer === 0) throw unsupported('this context has no confidentiality');
}
