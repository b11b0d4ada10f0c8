import type { Credentials, Sspi } from '../../../src/sspi.js';

/** The provider under test. Its clients talk to servers of the portable provider. */
export interface SspiUnderTest {
  readonly name: string;
  open(): Sspi;
  /** Credentials of a server of NTLM. */
  inbound(sspi: Sspi): Promise<Credentials>;
  /** Packages to try. */
  readonly packages: readonly string[];
  /** Whether a rejected message leaves the context unchanged. */
  readonly staysInStep: boolean;
  /** The bits of a signature that are verified. */
  readonly signatureBits: readonly number[];
  /** Whether a context has a session key, and the context of the client a user name. */
  readonly tellsKeys: boolean;
}
