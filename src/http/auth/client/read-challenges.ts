import type { Answer } from '../../connection/response-reader.js';
import { type Challenge, parseChallenges } from '../challenge.js';
import { HttpAuthError, type HttpAuthErrorDetails } from '../error.js';
import type { Scheme } from '../scheme.js';
import { protocolError } from './failure.js';
import type { Peer } from './peer.js';

/** The longest token in bytes that SSPI takes. */
const MAX_TOKEN = 65_535;
/** How many characters of the offered schemes an error shows. */
const MAX_OFFER = 80;

/**
 * The first of our schemes that the answer offers. Basic, Digest and unknown schemes are never used.
 *
 * @throws HttpAuthError ERR_HTTP_AUTH_NO_SCHEME
 */
export function chooseScheme(answer: Answer, peer: Peer, ours: readonly Scheme[]): Scheme {
  const offered = challengesOf(answer, peer).map(({ scheme }) => scheme);
  const chosen = ours.find((scheme) => offered.includes(scheme.toLowerCase()));
  if (chosen !== undefined) return chosen;
  const names = offered.length === 0 ? 'no scheme' : offered.join(', ').slice(0, MAX_OFFER);
  const wanted = ours.length === 0 ? 'and there are no credentials' : `not ${ours.join(' or ')}`;
  const problem = `${peer.word} requires authentication and offers ${names}, ${wanted}`;
  const { status } = answer;
  throw new HttpAuthError('ERR_HTTP_AUTH_NO_SCHEME', problem, { status, peer: peer.kind });
}

/**
 * The token of a scheme in an answer.
 *
 * @returns undefined if there is none
 * @throws HttpAuthError ERR_HTTP_AUTH_PROTOCOL for a malformed challenge of this scheme, and for several tokens
 */
export function readToken(
  answer: Answer,
  peer: Peer,
  scheme: Scheme,
  details: HttpAuthErrorDetails,
): Uint8Array | undefined {
  const own = challengesOf(answer, peer).filter(
    (challenge) => challenge.scheme === scheme.toLowerCase(),
  );
  if (own.some(({ isMalformed }) => isMalformed)) {
    throw protocolError(`${peer.word} sent a malformed challenge`, details);
  }
  const [text, ...others] = own.flatMap(({ token68 }) => token68 ?? []);
  if (text === undefined) return undefined;
  if (others.length > 0) throw protocolError(`${peer.word} sent several tokens`, details);
  const token = Buffer.from(text, 'base64');
  if (token.toString('base64') !== text) {
    throw protocolError(`the token of ${peer.word} is not base64`, details);
  }
  if (token.length > MAX_TOKEN) {
    throw protocolError(`the token of ${peer.word} has more than ${MAX_TOKEN} bytes`, details);
  }
  return token;
}

function challengesOf(answer: Answer, peer: Peer): Challenge[] {
  return parseChallenges(answer.fields.get(peer.challenges) ?? []);
}
