import { openSspi } from '../../sspi/open.js';
import type { ConformanceAccount, ProviderChoice } from '../sides/choice.js';
import { describeLibrary, describeSystem } from '../sides/describe.js';
import { LiveSide } from '../sides/live.js';
import type { Side } from '../sides/side.js';
import { SspiSubject } from './subject.js';

/** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION or ERR_SSPI_OS for a Windows side */
export function openSide(choice: ProviderChoice, account: ConformanceAccount | undefined): Side {
  const tested = openSspi({ provider: choice === 'portable' ? 'portable' : 'windows' });
  const { name, library } = tested.provider;
  const path = library === undefined ? {} : { library: describeLibrary(library) };
  const description = { name, ...path, system: describeSystem() };
  return new LiveSide(description, new SspiSubject(tested, account));
}
