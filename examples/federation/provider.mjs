// The provider: it authenticates users (OpenID Connect), and gives clients access to their data (OAuth).
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { confirmation, HttpTokenBindingError, verifyPkce } from 'tokenbinding/http';
import { serve } from './serve.mjs';
import { signToken, TokenError } from './tokens.mjs';

/** Starts the provider. Its clients are not registered: a real provider knows their redirect URIs. */
export async function startProvider(setup) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const codes = new Map();

  /** The user comes from the relying party, and proves the keys for both (RFC 8473 5). */
  function authorize({ tokenBinding: { referred } }, response, { searchParams }) {
    if (referred === undefined) throw new TokenError('the request has no referred binding');
    // A real provider asks for a password here.
    const { redirect_uri, state, ...parameters } = Object.fromEntries(searchParams);
    const code = randomUUID();
    codes.set(code, { ...parameters, user: 'alice', identifier: referred.identifier });
    const location = `${redirect_uri}?${new URLSearchParams({ code, state })}`;
    response.writeHead(302, { location }).end();
  }

  /** The relying party proves its own key, and its key for the resource server. */
  async function token(request, response) {
    const body = new URLSearchParams(await text(request));
    const [code, verifier = ''] = ['code', 'code_verifier'].map((name) => body.get(name) ?? '');
    const grant = codes.get(code);
    const { referred } = request.tokenBinding;
    response.setHeader('content-type', 'application/json');
    try {
      if (grant === undefined || referred === undefined) throw new TokenError('no such code');
      const { code_challenge: challenge, code_challenge_method: method, identifier } = grant;
      verifyPkce({ method, challenge, verifier, identifier });
    } catch (error) {
      if (!(error instanceof HttpTokenBindingError || error instanceof TokenError)) throw error;
      console.log(`provider      | invalid_grant: ${error.message}`);
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }));
      return;
    }
    codes.delete(code);
    const { user: sub, client_id, nonce, resource, identifier } = grant;
    const claims = { iss: origin, sub };
    const idToken = { ...claims, aud: client_id, nonce, cnf: confirmation(identifier) };
    const accessToken = { ...claims, aud: resource, cnf: confirmation(referred.identifier) };
    const tokens = {
      token_type: 'Bearer',
      id_token: await signToken(idToken, privateKey),
      access_token: await signToken(accessToken, privateKey),
    };
    response.end(JSON.stringify(tokens));
  }

  const routes = { '/authorize': authorize, '/token': token };
  const { server, origin } = await serve({ ...setup, name: 'provider' }, routes);
  return { server, origin, publicKey };
}
