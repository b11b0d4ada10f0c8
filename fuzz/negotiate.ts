import type { Random } from '../src/conformance/random.js';
import { type SecurityContext, SspiError } from '../src/sspi.js';
import { BOTH, newClient } from '../test/support/negotiate.js';
import { handshake, sspi } from '../test/support/sspi.js';
import { mutate } from './mutate.js';
import { mutateDer } from './mutate-der.js';
import { requireDocumented, type Target, Violation } from './target.js';

const credentials = await sspi.acquireCredentialsHandle({
  package: 'Negotiate',
  use: 'inbound',
  ...BOTH,
});

/**
 * Two sides that both prefer Kerberos never agree on NTLM, whatever is altered between them, and they have the same key
 * if both complete.
 */
export const negotiateHandshake: Target = {
  name: 'negotiate-handshake',
  async run(random) {
    const which = random.below(2);
    const flags = ['integrity', 'confidentiality', ...optionalFlags(random)] as const;
    const client = newClient({ flags });
    const server = sspi.acceptSecurityContext(credentials);
    const inputs: Uint8Array[] = [];
    let isAltered = false;
    try {
      await handshake({ client, server }, (token, index) => {
        if (index !== which) return token;
        const changed = random.of([mutate, mutateDer])([token], random);
        isAltered = Buffer.compare(changed, token) !== 0;
        inputs.push(token, changed);
        return changed;
      });
      checkAgreement(client, server, inputs);
      return isAltered ? 'complete, with an altered token' : 'complete';
    } catch (error) {
      return requireDocumented(error, SspiError, inputs);
    } finally {
      client.close();
      server.close();
    }
  },
};

function optionalFlags(random: Random): readonly 'mutual-auth'[] {
  return random.below(2) === 0 ? ['mutual-auth'] : [];
}

function checkAgreement(
  client: SecurityContext,
  server: SecurityContext,
  inputs: readonly Uint8Array[],
): void {
  const [a, b] = [client, server].map((side) => ({
    key: Buffer.from(side.queryContextAttributes('sessionKey')).toString('hex'),
    name: side.queryContextAttributes('negotiationInfo').package.name,
  }));
  if (a?.key !== b?.key) throw new Violation('the session keys of both sides differ', inputs);
  if (a?.name !== 'Kerberos' || b?.name !== 'Kerberos') {
    throw new Violation(`the sides agreed on ${a?.name} and ${b?.name}`, inputs);
  }
}
