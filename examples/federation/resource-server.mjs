// The resource server: it has data of the user, for clients with an access token that is bound to their key.
import { verifyConfirmation } from 'tokenbinding/http';
import { serve } from './serve.mjs';
import { readToken } from './tokens.mjs';

export async function startResourceServer(setup, { issuer, key }) {
  async function report({ headers, tokenBinding: { provided } }, response) {
    const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    const { sub, cnf } = await readToken(token, { key, issuer, audience: origin });
    verifyConfirmation(cnf, provided.identifier);
    response.end(`the report of ${sub}`);
  }

  const routes = { '/report': report };
  const { server, origin } = await serve({ ...setup, name: 'resources' }, routes);
  return { server, origin };
}
