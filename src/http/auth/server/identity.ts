import { SspiError } from '../../../sspi/error.js';
import type { SecurityContext } from '../../../sspi/security-context.js';
import type { Scheme } from '../scheme.js';

/** The authenticated user of a request. */
export interface HttpAuth {
  /** The authentication scheme of the client: `Negotiate` or `NTLM`. */
  readonly scheme: Scheme;
  /** The security package that authenticated the user: `NTLM` or `Kerberos`. */
  readonly package: string;
  /**
   * The name of the user without its domain, as the client sent it; with NTLM `user@domain` if it sent that. With
   * Kerberos a service is `service/host`, and a backslash stands before a separator that is part of the name.
   */
  readonly user: string;
  /** The domain, with Kerberos the realm. Empty if a client of NTLM sent none. */
  readonly domain: string;
  /**
   * The full name: `DOMAIN\user`, or `user` alone if there is no domain; with Kerberos and the portable provider
   * `user@REALM`.
   */
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
 * @param isWindows whether the context is one of Windows
 * @throws SspiError SEC_E_LOGON_DENIED for an anonymous logon and for the guest account
 */
export function identityOf(context: SecurityContext, scheme: Scheme, isWindows: boolean): Identity {
  const { userName: name } = context.queryContextAttributes('names');
  const { package: chosen } = context.queryContextAttributes('negotiationInfo');
  const { user, domain } = splitName(name, chosen.name, isWindows);
  const [local = ''] = user.split('@');
  if (NOBODY.includes(local.trim().toLowerCase())) {
    throw new SspiError('SEC_E_LOGON_DENIED', 'the client is anonymous or a guest');
  }
  return { scheme, package: chosen.name, user, domain, name };
}

/**
 * Splits the name of a context. Windows tells Kerberos users as `DOMAIN\user` too, where `user` can have an `@`, and as
 * `user@REALM` those of a realm without Windows.
 */
function splitName(name: string, packageName: string, isWindows: boolean): Names {
  const split = name.indexOf('\\');
  const isPrincipal = packageName === 'Kerberos' && !(isWindows && split >= 0);
  return (
    (isPrincipal && splitPrincipal(name)) || {
      domain: name.slice(0, Math.max(split, 0)),
      user: name.slice(split + 1),
    }
  );
}

type Names = Pick<Identity, 'user' | 'domain'>;

/** Splits `user@REALM`, where a backslash stands before a separator that is part of a name. */
function splitPrincipal(name: string): Names | undefined {
  const [, user, domain] = /^((?:[^\\@]|\\.)+)@((?:[^\\@]|\\.)+)$/s.exec(name) ?? [];
  return user === undefined || domain === undefined ? undefined : { user, domain };
}

/** A new object for each request: what one request does with it does not reach another. */
export function newAuth(identity: Identity, persisted: boolean): HttpAuth {
  // A spread would take ten times as long on Node 20, in each request.
  const { scheme, package: name, user, domain } = identity;
  return Object.freeze({ scheme, package: name, user, domain, name: identity.name, persisted });
}
