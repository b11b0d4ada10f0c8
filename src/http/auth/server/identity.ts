import { SspiError } from '../../../sspi/error.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import type { Scheme } from '../scheme.js';

/** The authenticated user of a request. */
export interface HttpAuth {
  /** The authentication scheme of the client: `Negotiate` or `NTLM`. */
  readonly scheme: Scheme;
  /** The security package that authenticated the user: `NTLM` or `Kerberos`. */
  readonly package: string;
  /** The name of the user without its domain, as the client sent it; with NTLM `user@domain` if it sent that. */
  readonly user: string;
  /** The domain. Empty if the client sent none. */
  readonly domain: string;
  /** The full name: `DOMAIN\user`, or `user` alone if there is no domain. */
  readonly name: string;
  /**
   * Whether an earlier request of the connection made the logon; false if this request did. The option `persist` says
   * for which packages a logon counts for the whole connection; for the others it counts for one request.
   */
  readonly persisted: boolean;
}

declare module 'node:http' {
  interface IncomingMessage {
    /** The authenticated user, set by `negotiate()` of `tokenbinding/http-auth`. */
    auth?: HttpAuth | undefined;
  }
}

/** The identity of a complete handshake, without `persisted`. */
export type Identity = Omit<HttpAuth, 'persisted'>;

/** Accounts of Windows that stand for nobody. Windows refuses anonymous logons of NTLM by a flag, too. */
const NOBODY: readonly string[] = ['', 'anonymous', 'anonymous logon', 'guest'];

/**
 * The identity of a complete context.
 *
 * @throws SspiError SEC_E_LOGON_DENIED for an anonymous logon and for the guest account
 */
export function identityOf(context: SecurityContext, scheme: Scheme): Identity {
  const { userName: name } = context.queryContextAttributes('names');
  const { package: chosen } = context.queryContextAttributes('negotiationInfo');
  const split = name.indexOf('\\');
  const [domain, user] = [name.slice(0, Math.max(split, 0)), name.slice(split + 1)];
  const [local = ''] = user.split('@');
  if (NOBODY.includes(local.trim().toLowerCase())) {
    throw new SspiError('SEC_E_LOGON_DENIED', 'the client is anonymous or a guest');
  }
  return { scheme, package: chosen.name, user, domain, name };
}

/** A new object for each request: what one request does with it does not reach another. */
export function newAuth(identity: Identity, persisted: boolean): HttpAuth {
  // A spread would take ten times as long on Node 20, in each request.
  const { scheme, package: name, user, domain } = identity;
  return Object.freeze({ scheme, package: name, user, domain, name: identity.name, persisted });
}
