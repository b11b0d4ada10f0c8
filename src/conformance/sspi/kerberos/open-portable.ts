import { SspiError } from '../../../sspi/error.js';
import { SspiFacade } from '../../../sspi/facade.js';
import type { Sspi } from '../../../sspi/interface.js';
import { KerberosClient } from '../../../sspi/kerberos/client/handshake.js';
import type { TicketSource } from '../../../sspi/kerberos/client/ticket-source.js';
import { NT_PRINCIPAL, NT_SRV_INST } from '../../../sspi/kerberos/messages/principal-name.js';
import { PortableContext } from '../../../sspi/portable/context.js';
import { PortableSspi } from '../../../sspi/portable/provider.js';
import type {
  CheckedCredentials,
  CheckedOutbound,
  OutboundCredentials,
  ProviderCredentials,
} from '../../../sspi/provider.js';
import { issueTicket } from './issue-ticket.js';
import type { KerberosService } from './service.js';

/** Opens the portable provider. Its Kerberos clients need no KDC: they issue their tickets for the service themselves. */
export function openPortable(service: KerberosService): Sspi {
  const description = { name: 'portable', reason: 'requested' } as const;
  return new SspiFacade(description, new TicketIssuingSspi(service));
}

class TicketIssuingSspi extends PortableSspi {
  readonly #service: KerberosService;

  constructor(service: KerberosService) {
    super();
    this.#service = service;
  }

  override async acquireCredentialsHandle(
    request: CheckedCredentials,
  ): Promise<ProviderCredentials> {
    return request.use === 'outbound' && request.package.name === 'Kerberos'
      ? outboundCredentials(request, this.#service)
      : super.acquireCredentialsHandle(request);
  }
}

function outboundCredentials(
  { package: info, identity }: CheckedOutbound,
  service: KerberosService,
): OutboundCredentials {
  const source = ticketSource(service, identity?.user ?? '');
  return {
    use: 'outbound',
    package: info,
    initialize: (options) => new PortableContext(info, new KerberosClient(source, options)),
    close: () => source.close(),
  };
}

/** @param user the name in the tickets, in the realm of the service */
function ticketSource({ target, realm, key }: KerberosService, user: string): TicketSource {
  const sname = { nameType: NT_SRV_INST, nameString: target.split('/') };
  const cname = { nameType: NT_PRINCIPAL, nameString: [user] };
  return {
    ticketFor: async (wanted) => {
      if (wanted?.toLowerCase() === target.toLowerCase()) {
        return issueTicket(key, sname, { crealm: realm, cname });
      }
      throw new SspiError('SEC_E_TARGET_UNKNOWN', 'the tickets are for another target');
    },
    dropTicket: () => {},
    close: () => {},
  };
}
