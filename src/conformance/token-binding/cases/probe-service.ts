import { encodeMessage, signedBinding } from '../encode.js';
import { corpus, findKey } from '../key-corpus.js';
import { expectObserved, type Probe } from './probe.js';

const VERIFICATIONS_AT_ONCE = 16;

/** What a provider supports, and concurrent calls. */
export const serviceProbes: readonly Probe[] = [
  {
    id: 'version',
    title: 'the highest protocol version',
    async observe({ tokenBinding }) {
      const { major, minor } = await tokenBinding.getHighestSupportedVersion();
      return { version: `${major}.${minor}` };
    },
    expected: expectObserved('RFC 8472 2', { version: '1.0' }),
  },
  {
    id: 'key-types-client',
    title: 'the key types of a client, the preferred one first',
    observe: async ({ tokenBinding }) => ({ keyTypes: await tokenBinding.getKeyTypesClient() }),
  },
  {
    id: 'key-types-server',
    title: 'the key types of a server, the preferred one first',
    observe: async ({ tokenBinding }) => ({ keyTypes: await tokenBinding.getKeyTypesServer() }),
  },
  {
    id: 'at-once',
    title: `${VERIFICATIONS_AT_ONCE} verifications at once, half of them with a wrong EKM`,
    async observe({ tokenBinding }) {
      const message = encodeMessage([signedBinding(findKey('P-256 key 1'))]);
      const verdicts = Array.from({ length: VERIFICATIONS_AT_ONCE }, async (_, index) => {
        const ekm = corpus.ekms[index % 2] as Uint8Array;
        return tokenBinding.verifyMessage(message, { keyType: 'ecdsap256', ekm }).then(
          () => 'accepted',
          () => 'refused',
        );
      });
      const given = await Promise.all(verdicts);
      const right = given.filter((verdict, index) => {
        return verdict === (index % 2 === 0 ? 'accepted' : 'refused');
      });
      return { right: right.length };
    },
    expected: expectObserved('RFC 8471 4.2', { right: VERIFICATIONS_AT_ONCE }),
  },
];
