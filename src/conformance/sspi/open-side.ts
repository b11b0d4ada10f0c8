import { openSspi } from '../../sspi/open.js';
import type { SideOptions } from '../area.js';
import type { ProviderChoice } from '../sides/choice.js';
import { describeLibrary, describeSystem } from '../sides/describe.js';
import { LiveSide } from '../sides/live.js';
import type { Side } from '../sides/side.js';
import { openPortable } from './kerberos/open-portable.js';
import { newService, readService } from './kerberos/service.js';
import { SspiSubject } from './subject.js';

/**
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION or ERR_SSPI_OS for a Windows side; SEC_E_NO_CREDENTIALS or
 * SEC_E_UNKNOWN_CREDENTIALS for its keytab
 */
export async function openSide(choice: ProviderChoice, options: SideOptions = {}): Promise<Side> {
  const { account, kerberos } = options;
  if (choice === 'portable') {
    const service = newService();
    const subject = new SspiSubject(openPortable(service), { account, service });
    return new LiveSide({ name: 'portable', system: describeSystem() }, subject);
  }
  const tested = openSspi({ provider: 'windows' });
  const service = kerberos && (await readService(kerberos));
  const { library } = tested.provider;
  const path = library === undefined ? {} : { library: describeLibrary(library) };
  const description = { name: 'windows', ...path, system: describeSystem() } as const;
  return new LiveSide(description, new SspiSubject(tested, { account, service }));
}
