import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { tlsServerEndPoint } from '../../../sspi/channel-bindings.js';
import { SspiError } from '../../../sspi/error.js';
import type { ChannelBindingChoice } from './options.js';

/**
 * The tls-server-end-point of this very connection (RFC 5929 4), or undefined where there is none.
 *
 * @throws SspiError if they are required and the certificate has no known hash
 */
export function channelBindingsOf(
  socket: Socket,
  choice: ChannelBindingChoice,
): Uint8Array | undefined {
  if (choice === 'omit' || !(socket instanceof TLSSocket)) return undefined;
  try {
    return tlsServerEndPoint(socket, 'client');
  } catch (error) {
    const isUnknown = error instanceof SspiError && error.code === 'SEC_E_UNSUPPORTED_FUNCTION';
    if (choice === 'auto' && isUnknown) return undefined;
    throw error;
  }
}
