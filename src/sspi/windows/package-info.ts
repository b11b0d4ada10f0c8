import type { RawPackageInfo } from '../../native/raw-sspi.js';
import { CAPABILITIES, freezeInfo, type PackageInfo } from '../packages.js';

/** A package of Windows. */
export function packageInfoOf(raw: RawPackageInfo): PackageInfo {
  const { name, comment, rpcId, maxToken } = raw;
  const capabilities = CAPABILITIES.filter((_, bit) => ((raw.capabilities >>> bit) & 1) === 1);
  return freezeInfo({ name, comment, rpcId, maxToken, capabilities });
}
