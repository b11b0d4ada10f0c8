import type { Random } from '../src/conformance/random.js';
import { signatureHashOf } from '../src/sspi/certificate.js';
import { decodeAuthenticate } from '../src/sspi/ntlm/authenticate-message.js';
import { decodeChallenge } from '../src/sspi/ntlm/challenge-message.js';
import { decodeNegotiate } from '../src/sspi/ntlm/negotiate-message.js';
import { decodeNegTokenInit, decodeNegTokenResp } from '../src/sspi/spnego/token.js';
import { SspiError } from '../src/sspi.js';
import { contexts, handshake, tokensOf } from '../test/support/sspi.js';
import { mutate } from './mutate.js';
import { requireDocumented, type Target, Violation } from './target.js';

const DECODERS: readonly ((token: Uint8Array) => unknown)[] = [
  decodeNegotiate,
  decodeChallenge,
  decodeAuthenticate,
  decodeNegTokenInit,
  decodeNegTokenResp,
  signatureHashOf,
];

const TOKENS: readonly Uint8Array[] = [
  ...(await tokensOf('NTLM')),
  ...(await tokensOf('Negotiate')),
];

export const ntlmDecoder: Target = {
  name: 'ntlm-decoder',
  run(random) {
    const token = random.below(8) === 0 ? random.bytes(random.below(400)) : mutate(TOKENS, random);
    try {
      random.of(DECODERS)(token);
      return 'decoded';
    } catch (error) {
      return requireDocumented(error, SspiError, [token]);
    }
  },
};

/** A handshake of NTLM with an altered token never completes: the MIC covers all three. */
export const ntlmHandshake: Target = {
  name: 'ntlm-handshake',
  run: (random) => runAlteredHandshake('NTLM', random),
};

export const spnegoHandshake: Target = {
  name: 'spnego-handshake',
  run: (random) => runAlteredHandshake('Negotiate', random),
};

async function runAlteredHandshake(name: string, random: Random): Promise<string> {
  const which = random.below(name === 'NTLM' ? 3 : 4);
  const both = await contexts({ package: name, initialize: { target: 'HTTP/www' } });
  const inputs: Uint8Array[] = [];
  let isAltered = false;
  try {
    await handshake(both, (token, index) => {
      if (index !== which) return token;
      const seeds = random.below(16) === 0 ? TOKENS : [token];
      const changed = mutate(seeds, random);
      isAltered = Buffer.compare(changed, token) !== 0;
      inputs.push(token, changed);
      return changed;
    });
    const [client, server] = [both.client, both.server].map((context) =>
      Buffer.from(context.queryContextAttributes('sessionKey')).toString('hex'),
    );
    if (client !== server) throw new Violation('the session keys of both sides differ', inputs);
    if (isAltered && name === 'NTLM') throw new Violation('an altered token was accepted', inputs);
    return isAltered ? 'complete, with an altered token' : 'complete';
  } catch (error) {
    return requireDocumented(error, SspiError, inputs);
  } finally {
    both.client.close();
    both.server.close();
  }
}
