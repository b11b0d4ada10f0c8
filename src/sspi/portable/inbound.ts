import type { NegotiateMechanism } from '../credentials.js';
import { noCredentials, unsupported } from '../failure.js';
import type { PackageInfo } from '../packages.js';
import type { CheckedAccept, CheckedInbound, InboundCredentials } from '../provider.js';
import type { Handshake } from '../session.js';
import { SpnegoServer } from '../spnego/server.js';
import { PortableContext } from './context.js';
import { checkFlags, withoutUnable } from './flags.js';
import { type AcceptorSource, negotiableOf, openSources } from './sources.js';

/**
 * Credentials of a server.
 *
 * @throws SspiError SEC_E_NO_CREDENTIALS, SEC_E_UNKNOWN_CREDENTIALS; SEC_E_UNSUPPORTED_FUNCTION for secrets that the
 * package has no use for
 */
export async function acquireInbound(request: CheckedInbound): Promise<InboundCredentials> {
  const names = mechanismsOf(request);
  checkUse(request, names);
  const sources = await openSources(names, (name) => openSource(name, request));
  const info = request.package;
  return {
    use: 'inbound',
    package: info,
    negotiate: negotiableOf(info, sources),
    accept: (options) => new PortableContext(info, newHandshake(info, sources, options)),
    close: () => {
      for (const source of sources) source.close();
    },
  };
}

/** The mechanisms of a server, preferred first. Without a list it has those that it has secrets for. */
function mechanismsOf({
  package: info,
  negotiate,
  accounts,
  keytab,
}: CheckedInbound): readonly NegotiateMechanism[] {
  if (info.name !== 'Negotiate') return [info.name as NegotiateMechanism];
  if (negotiate !== undefined) return negotiate;
  const found: NegotiateMechanism[] = [];
  if (keytab !== undefined) found.push('Kerberos');
  if (accounts !== undefined) found.push('NTLM');
  if (found.length > 0) return found;
  throw noCredentials(
    'a portable server needs the option accounts, a function that finds an account, or a keytab',
  );
}

function checkUse(
  { accounts, names, keytab }: CheckedInbound,
  used: readonly NegotiateMechanism[],
): void {
  if (!used.includes('NTLM') && (accounts !== undefined || names !== undefined)) {
    throw unsupported('a Kerberos server takes a keytab, and neither accounts nor names');
  }
  if (!used.includes('Kerberos') && keytab !== undefined) {
    throw unsupported('a server of NTLM takes accounts, and no keytab');
  }
}

async function openSource(
  name: NegotiateMechanism,
  { accounts, names, keytab }: CheckedInbound,
): Promise<AcceptorSource> {
  if (name === 'NTLM') return (await import('./ntlm.js')).openNtlmServer(accounts, names);
  return (await import('./kerberos-server.js')).openKerberosServer(keytab);
}

function newHandshake(
  info: PackageInfo,
  sources: readonly AcceptorSource[],
  options: CheckedAccept,
): Handshake {
  checkFlags(info, options.flags);
  const able = withoutUnable(sources, options.flags);
  const mechanisms = able.map((source) => ({
    name: source.name,
    handshake: source.start(options),
  }));
  const [first] = mechanisms;
  if (info.name !== 'Negotiate' && first !== undefined) return first.handshake;
  return new SpnegoServer(mechanisms);
}
