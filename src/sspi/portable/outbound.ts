import type { NegotiateMechanism } from '../credentials.js';
import { unsupported } from '../failure.js';
import type { PackageInfo } from '../packages.js';
import type { CheckedInitialize, CheckedOutbound, OutboundCredentials } from '../provider.js';
import type { Handshake } from '../session.js';
import { SpnegoClient } from '../spnego/client.js';
import { isAbsence } from '../spnego/mechanism.js';
import { PortableContext } from './context.js';
import { checkFlags, hasIntegrity, withoutUnable } from './flags.js';
import { type InitiatorSource, negotiableOf, openSources } from './sources.js';

/**
 * Credentials of a client.
 *
 * @throws SspiError SEC_E_NO_CREDENTIALS, or with the reason of a KDC; SEC_E_UNSUPPORTED_FUNCTION for options that the
 * package has no use for
 */
export async function acquireOutbound(request: CheckedOutbound): Promise<OutboundCredentials> {
  const names = mechanismsOf(request);
  if (request.kerberos !== undefined && !names.includes('Kerberos')) {
    throw unsupported('only Kerberos takes the option kerberos');
  }
  let absence: unknown;
  const sources = await openSources(names, async (name) => {
    try {
      return await openSource(name, request);
    } catch (error) {
      // Without a KDC or tickets the other mechanisms of the caller's list are left.
      if (names.length === 1 || name !== 'Kerberos' || !isAbsence(error)) throw error;
      absence = error;
      return undefined;
    }
  });
  const info = request.package;
  return {
    use: 'outbound',
    package: info,
    negotiate: negotiableOf(info, sources),
    initialize: (options) =>
      new PortableContext(info, newHandshake(info, sources, options, absence)),
    close: () => {
      for (const source of sources) source.close();
    },
  };
}

/** The mechanisms of a client, preferred first. NTLM needs the caller's list, or a secret of its own. */
function mechanismsOf({
  package: info,
  negotiate,
  identity,
}: CheckedOutbound): readonly NegotiateMechanism[] {
  if (info.name !== 'Negotiate') return [info.name as NegotiateMechanism];
  const isAccount = identity?.password !== undefined || identity?.ntHash !== undefined;
  return negotiate ?? (isAccount ? ['NTLM'] : ['Kerberos']);
}

async function openSource(
  name: NegotiateMechanism,
  request: CheckedOutbound,
): Promise<InitiatorSource> {
  if (name === 'NTLM') return (await import('./ntlm.js')).openNtlmClient(request.identity);
  return (await import('./kerberos-client.js')).openKerberosClient(request);
}

function newHandshake(
  info: PackageInfo,
  sources: readonly InitiatorSource[],
  options: CheckedInitialize,
  absence: unknown,
): Handshake {
  const { flags } = options;
  checkFlags(info, flags);
  const [first, ...rest] = withoutUnable(sources, flags, absence);
  if (info.name !== 'Negotiate') return first.start(options);
  const begin = (source: InitiatorSource) => ({
    name: source.name,
    handshake: source.start(options),
  });
  return new SpnegoClient([begin(first), ...rest.map(begin)], hasIntegrity(flags));
}
