import type { Credentials, Sspi } from '../../../src/sspi.js';

/** One provider, as the suites of this folder take it: its clients talk to servers of the portable one. */
export interface SspiUnderTest {
  readonly name: string;
  open(): Sspi;
  /** Credentials of a server of NTLM. */
  inbound(sspi: Sspi): Promise<Credentials>;
  /** Packages to try. */
  readonly packages: readonly string[];
  /** Whether a message that was refused leaves the context as it was. */
  readonly staysInStep: boolean;
  /** The bits of a signature whose change is noticed. */
  readonly signatureBits: readonly number[];
  /** Whether a context tells its session key, and the client whose it is. */
  readonly tellsKeys: boolean;
}
