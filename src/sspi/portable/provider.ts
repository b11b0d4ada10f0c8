import { findPackage, type PackageInfo, PORTABLE_PACKAGES } from '../packages.js';
import type { CheckedCredentials, ProviderCredentials, SspiProvider } from '../provider.js';
import { acquireInbound } from './inbound.js';
import { acquireOutbound } from './outbound.js';

/** NTLMv2, Kerberos and SPNEGO in TypeScript over node:crypto. */
export class PortableSspi implements SspiProvider {
  enumerateSecurityPackages(): PackageInfo[] {
    return [...PORTABLE_PACKAGES];
  }

  querySecurityPackageInfo(name: string): PackageInfo {
    return findPackage(PORTABLE_PACKAGES, name);
  }

  async acquireCredentialsHandle(request: CheckedCredentials): Promise<ProviderCredentials> {
    return request.use === 'outbound' ? acquireOutbound(request) : acquireInbound(request);
  }
}
