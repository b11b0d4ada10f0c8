import type { Scheme } from '../scheme.js';
import type { HttpAuth } from './identity.js';

/**
 * What an event of a server is about.
 *
 * - `authenticated`: a handshake is complete. Has `auth`.
 * - `rejected`: 401, the credentials are wrong, or of another server or channel. Has `error`. Without `error` it is an
 *   upgrade whose token did not complete the logon.
 * - `malformed`: 400, the request has no valid token, or names a wrong version of HTTP. Has `error`.
 * - `interrupted`: 401, another request came during a handshake and ended it.
 * - `unavailable`: 503, the provider, the accounts or the channel bindings of this server are not available. Has
 *   `error`.
 * - `limited`: 401, 413 or 503, or a closed connection: a handshake or the body of its request is beyond a limit. Has
 *   `limit`.
 * - `forwarded`: 403, the request came through a proxy that is not one of `trustedProxies`.
 * - `http2`: a request of HTTP/2 was told to use HTTP/1.1.
 * - `failed`: 500, a function of the options threw or returned an invalid result; or a closed connection, something
 *   that hooks the response threw. Has `error`.
 */
export type NegotiateEventType =
  | 'authenticated'
  | 'rejected'
  | 'malformed'
  | 'interrupted'
  | 'unavailable'
  | 'limited'
  | 'forwarded'
  | 'http2'
  | 'failed';

/** What an event of any type can have. */
export interface NegotiateEventBase {
  /** The address of the client, or of the proxy before it. Undefined if the connection is closed. */
  readonly remoteAddress: string | undefined;
  /** The authentication scheme of the client, if it named one. */
  readonly scheme?: Scheme;
  /** In plain words what it means and what can be done. */
  readonly advice?: string;
}

/** An event of a server, for its log. It contains no token and no password. */
export type NegotiateEvent = NegotiateEventBase &
  (
    | {
        /** A handshake is complete. */
        readonly type: 'authenticated';
        /** The user. */
        readonly auth: HttpAuth;
        readonly error?: never;
        readonly limit?: never;
      }
    | {
        /** A handshake or the body of its request is beyond a limit. */
        readonly type: 'limited';
        /** The limit that was reached. */
        readonly limit: 'handshakes' | 'handshakeTimeout' | 'legs' | 'bodyBytes';
        readonly auth?: never;
        readonly error?: never;
      }
    | {
        /** Every other type, see {@link NegotiateEventType}. */
        readonly type: Exclude<NegotiateEventType, 'authenticated' | 'limited'>;
        /**
         * What failed: an SspiError, or what a function of the application threw. Only with `rejected`, `malformed`,
         * `unavailable` and `failed`.
         */
        readonly error?: unknown;
        readonly auth?: never;
        readonly limit?: never;
      }
  );

type WithoutAddress<Event> = Event extends unknown ? Omit<Event, 'remoteAddress'> : never;

/** An event, before the connection that it is about is known. */
export type EventDetails = WithoutAddress<NegotiateEvent>;

type Topic =
  | 'bindings'
  | 'noBindings'
  | 'target'
  | 'logon'
  | 'clock'
  | 'key'
  | 'mechanism'
  | 'accounts'
  | 'credentials'
  | 'misplaced'
  | 'forwarded'
  | 'interrupted'
  | 'handshakes'
  | 'upgrade'
  | 'handshakeTimeout';

/** What {@link NegotiateEventBase.advice} says. */
export const ADVICE: Readonly<Record<Topic, string>> = {
  bindings:
    "The client sent no channel bindings, or not those of this server's certificate. Clients without Extended " +
    'Protection (EPA), such as curl --ntlm, axios-ntlm and httpntlm, send none. A client whose TLS connection ends ' +
    "at a proxy sends those of the proxy's certificate. To accept clients that send none, set " +
    "channelBindingPolicy: 'accept': their logons can then be relayed. If the proxy is yours, return its bindings " +
    'from the option channelBindings.',
  noBindings:
    "This connection has no channel bindings, so nobody can log on with channelBindingPolicy: 'require'. On TLS, use " +
    'a certificate whose signature has a hash (RSA or ECDSA, not Ed25519), or set ' +
    "channelBindingPolicy: 'accept': logons can then be relayed. The option channelBindings must return bytes.",
  target:
    'The client named a service that is not one of the option targets, or none, or marked the name as one from an ' +
    'untrusted source. Browsers name HTTP/<host of the URL>; Chromium with NTLM names HTTP/<host>:<port>.',
  logon:
    'The user, the domain or the password is wrong. The option accounts gets the domain and the user as the client ' +
    'sent them: the domain may be empty, and the case may differ. Anonymous logons and guests are always refused.',
  clock:
    'The ticket of the client is from another time: the clocks of the client, the KDC and this server must not differ ' +
    'by more than five minutes.',
  key:
    'The keytab has no key for the ticket of the client: the service belongs to another account, or its password was ' +
    'changed (kvno) or has other encryption types. Export the keytab again.',
  mechanism:
    'The client offers only mechanisms that this server lacks. The server needs a keytab for Kerberos, and accounts for ' +
    'NTLM. A client of this package with a password offers NTLM alone. For Kerberos it sets ' +
    "package: 'Kerberos' or negotiate: ['Kerberos', 'NTLM'].",
  accounts:
    'The option accounts failed: the cause of the error is what it threw. On Windows: no domain controller answers.',
  credentials:
    'The credentials of this server cannot be used: a keytab is read at the first logon, as the user of this process.',
  misplaced:
    'The first message of this handshake came on another connection, or to another middleware: call negotiate() once, ' +
    'not for each request, and do not share connections.',
  forwarded:
    'A proxy can send requests of several users over one connection, and Negotiate and NTLM authenticate the ' +
    'connection. Authenticate at the proxy. If it keeps one connection to this server for each connection of a ' +
    'client, name its address in trustedProxies.',
  interrupted:
    'Another request came on the connection between two messages of a handshake. A proxy before this server may share ' +
    'its connections among clients.',
  handshakes:
    'Too many handshakes are not complete. Raise limits.handshakes or limits.handshakesPerAddress if the clients are ' +
    'genuine, for instance behind one address.',
  upgrade:
    'An upgrade can carry one token, and this handshake has several. The client must authenticate the connection with ' +
    'another request first, or send the cookie of a session.',
  handshakeTimeout:
    'The handshake was not complete after limits.handshakeTimeout milliseconds. The client stopped, or the accounts ' +
    'or onAuthenticated did not answer.',
};
