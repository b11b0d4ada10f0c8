/**
 * HTTP authentication with Negotiate and NTLM (RFC 4559, MS-NTHT) for Node's own clients and servers, over
 * `tokenbinding/sspi`.
 *
 * @module
 */
export type { Scheme } from './http/auth/scheme.js';
