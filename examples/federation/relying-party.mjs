// The relying party: a web site whose users log in at the provider. It is a client of the resource server.
import { randomUUID } from 'node:crypto';
import { MemoryKeyStore, open } from 'tokenbinding';
import { boundAgents, pkceChallenge, pkceVerifier, verifyConfirmation } from 'tokenbinding/http';
import { serve } from './serve.mjs';
import { readToken, TokenError } from './tokens.mjs';

const COOKIE = '__Host-id-token';

/** `onTokens` gets the tokens of each login: the thief steals them. */
export async function startRelyingParty(setup, { provider, resource, key, ca, onTokens }) {
  const tokenBinding = open({ provider: 'portable', keyStore: new MemoryKeyStore() });
  // Requests to the provider also prove the key for the resource server: the access token is bound to it.
  const origins = [provider];
  const forTokens = boundAgents({ tokenBinding, origins, referred: resource, tls: { ca } });
  const forResources = boundAgents({ tokenBinding, tls: { ca } });
  const logins = new Map();

  /** The user shall prove the key for this site to the provider, too: the ID token is bound to it. */
  function login(_request, response) {
    const [state, nonce] = [randomUUID(), randomUUID()];
    logins.set(state, nonce);
    const client = { client_id: origin, redirect_uri: `${origin}/callback`, resource };
    const challenge = pkceChallenge('referred_tb');
    const parameters = new URLSearchParams({ ...client, state, nonce, ...challenge });
    const location = `${provider}/authorize?${parameters}`;
    response.writeHead(302, { location, 'include-referred-token-binding-id': 'true' }).end();
  }

  /** The user comes back with a code. */
  async function callback({ tokenBinding: { provided } }, response, { searchParams }) {
    const nonce = logins.get(searchParams.get('state'));
    logins.delete(searchParams.get('state'));
    const code_verifier = pkceVerifier('referred_tb', provided.identifier);
    const body = new URLSearchParams({ code: searchParams.get('code') ?? '', code_verifier });
    const { dispatcher } = forTokens;
    const options = { method: 'POST', body, dispatcher };
    const answer = await fetch(`${provider}/token`, /** @type {RequestInit} */ (options));
    if (answer.status !== 200) throw new TokenError('the provider has refused the code');
    const tokens = /** @type {any} */ (await answer.json());
    const claims = await readIdToken(tokens.id_token, provided.identifier);
    if (nonce === undefined || claims.nonce !== nonce) throw new TokenError('no such login');
    onTokens(tokens);
    const cookie = `${COOKIE}=${tokens.id_token}; Path=/; Secure; HttpOnly; SameSite=Lax`;
    response.setHeader('set-cookie', cookie);
    response.end(await fetchReport(tokens.access_token));
  }

  /** Each request of a session has the ID token, and must prove the key that it is bound to. */
  async function account({ headers, tokenBinding: { provided } }, response) {
    const token = (headers.cookie ?? '').replace(`${COOKIE}=`, '');
    const { sub } = await readIdToken(token, provided.identifier);
    response.end(`Hello ${sub}`);
  }

  async function readIdToken(token, identifier) {
    const claims = await readToken(token, { key, issuer: provider, audience: origin });
    verifyConfirmation(claims.cnf, identifier);
    return claims;
  }

  async function fetchReport(token) {
    const { dispatcher } = forResources;
    const options = { headers: { authorization: `Bearer ${token}` }, dispatcher };
    const answer = await fetch(`${resource}/report`, /** @type {RequestInit} */ (options));
    if (answer.status !== 200) throw new TokenError('the resource server has refused the token');
    return answer.text();
  }

  const routes = { '/login': login, '/callback': callback, '/account': account };
  const { server, origin } = await serve({ ...setup, name: 'relying party' }, routes);
  server.once('close', () => {
    forTokens.close();
    forResources.close();
  });
  return { server, origin };
}
