import { KerberosAcceptor } from '../../src/sspi/kerberos/acceptor.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { ReplayCache } from '../../src/sspi/kerberos/replay-cache.js';
import type { ServiceKey } from '../../src/sspi/kerberos/service-keys.js';
import type { KerberosSession } from '../../src/sspi/kerberos/session.js';
import type { CheckedAccept, CheckedInitialize } from '../../src/sspi/provider.js';
import { issueTicket, type TicketOptions } from './kerberos-ticket.js';

export interface HandshakeOptions {
  readonly ticket?: TicketOptions;
  readonly initialize?: Partial<CheckedInitialize>;
  readonly accept?: Partial<CheckedAccept>;
}

export interface KerberosHandshakeTokens {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
  readonly client: KerberosSession;
  readonly server: KerberosSession;
}

/** A handshake of alice with the owner of the key, by default with mutual authentication. */
export function kerberosHandshake(
  key: ServiceKey,
  { ticket, initialize, accept }: HandshakeOptions = {},
): KerberosHandshakeTokens {
  const initiator = new KerberosInitiator(issueTicket(key, ticket), {
    flags: ['mutual-auth', 'confidentiality'],
    allowWeak: ['rc4-hmac'],
    ...initialize,
  });
  const settings = { keys: [key], replayCache: new ReplayCache(300), skew: 300 };
  const acceptor = new KerberosAcceptor(settings, {
    flags: [],
    channelBindingPolicy: 'accept',
    allowWeak: ['rc4-hmac'],
    ...accept,
  });
  const request = initiator.step(new Uint8Array(0)).token;
  const reply = acceptor.step(request).token;
  if (reply.length > 0) initiator.step(reply);
  const [client, server] = [initiator.session, acceptor.session];
  if (client === undefined || server === undefined) throw new Error('no session');
  return { request, reply, client, server };
}
