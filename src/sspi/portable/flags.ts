import { COUNTED_FLAGS, type ContextFlag } from '../context-options.js';
import type { NegotiateMechanism } from '../credentials.js';
import { SspiError } from '../error.js';
import { unsupported } from '../failure.js';
import type { PackageInfo } from '../packages.js';

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for flags that exclude each other, or that the package does not have */
export function checkFlags(info: PackageInfo, flags: readonly ContextFlag[]): void {
  if (!flags.includes('datagram')) return;
  const counted = COUNTED_FLAGS.find((flag) => flags.includes(flag));
  if (counted !== undefined) throw unsupported(`a datagram context has no ${counted}`);
  if (!info.capabilities.includes('datagram')) {
    throw unsupported(`${info.name} has no datagram contexts`);
  }
}

/** Whether a context with these flags has integrity. */
export function hasIntegrity(flags: readonly ContextFlag[]): boolean {
  return flags.some((flag) => PROTECTION.includes(flag));
}

const PROTECTION: readonly ContextFlag[] = [
  'integrity',
  'confidentiality',
  'replay-detect',
  'sequence-detect',
];

/**
 * The mechanisms that have what the flags require: mutual authentication leaves NTLM out.
 *
 * @param absence why Kerberos is not there
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if none is left
 */
export function withoutUnable<Source extends { readonly name: NegotiateMechanism }>(
  sources: readonly Source[],
  flags: readonly ContextFlag[],
  absence?: unknown,
): readonly [Source, ...Source[]] {
  const isMutual = flags.includes('mutual-auth');
  const [first, ...rest] = sources.filter(({ name }) => !isMutual || name !== 'NTLM');
  if (first === undefined) {
    const problem = 'NTLM has no mutual authentication';
    throw new SspiError('SEC_E_UNSUPPORTED_FUNCTION', problem, { cause: absence });
  }
  return [first, ...rest];
}
