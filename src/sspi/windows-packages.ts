import type { RawPackageInfo } from '../native/raw-sspi.js';
import { capabilitiesOf, frozen, type PackageInfo } from './packages.js';

export function packageInfoOf(info: RawPackageInfo): PackageInfo {
  const { name, comment, rpcId, maxToken, capabilities } = info;
  return frozen({ name, comment, rpcId, maxToken, capabilities: capabilitiesOf(capabilities) });
}
