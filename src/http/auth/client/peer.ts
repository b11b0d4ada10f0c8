/** Who asks for authentication, and the status and the fields for it (RFC 9110 11.6, 11.7). */
export interface Peer {
  readonly kind: 'origin' | 'proxy';
  /** The word for it in errors. */
  readonly word: string;
  readonly status: 401 | 407;
  /** The field of its challenges, in lower case. */
  readonly challenges: string;
  /** The field of the client's tokens. */
  readonly authorization: string;
}

/** A server. */
export const ORIGIN: Peer = {
  kind: 'origin',
  word: 'the server',
  status: 401,
  challenges: 'www-authenticate',
  authorization: 'Authorization',
};

/** A proxy. */
export const PROXY: Peer = {
  kind: 'proxy',
  word: 'the proxy',
  status: 407,
  challenges: 'proxy-authenticate',
  authorization: 'Proxy-Authorization',
};
