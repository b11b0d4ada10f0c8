import { encodeMessage, signed } from '../compose.js';
import { corpus, corpusKey } from '../corpus.js';
import { observed, type Probe } from './probe.js';

const VERIFICATIONS_AT_ONCE = 16;

/** What a provider offers, and how it does under load. */
export const serviceProbes: readonly Probe[] = [
  {
    id: 'version',
    title: 'the highest protocol version',
    async observe({ tokenBinding }) {
      const { major, minor } = await tokenBinding.getHighestSupportedVersion();
      return { version: `${major}.${minor}` };
    },
    expected: observed({ version: '1.0' }, 'RFC 8472 2'),
  },
  {
    id: 'key-types-client',
    title: 'the key types of a client, the preferred first',
    observe: async ({ tokenBinding }) => ({ keyTypes: await tokenBinding.getKeyTypesClient() }),
  },
  {
    id: 'key-types-server',
    title: 'the key types of a server, the preferred first',
    observe: async ({ tokenBinding }) => ({ keyTypes: await tokenBinding.getKeyTypesServer() }),
  },
  {
    id: 'at-once',
    title: `${VERIFICATIONS_AT_ONCE} verifications at once, half of them of a wrong message`,
    async observe({ tokenBinding }) {
      const message = encodeMessage([signed(corpusKey('P-256 key 1'))]);
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
    expected: observed({ right: VERIFICATIONS_AT_ONCE }, 'RFC 8471 4.2'),
  },
];
