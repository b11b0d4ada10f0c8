// Makes 3,000 keys, and identifiers of 3,000 keys that the caller has just generated.
import { generateKeyPairSync } from 'node:crypto';
import { open } from '../../src/index.js';

const tokenBinding = open();
let made = 0;
for (; made < 3000; made++) {
  tokenBinding.generateBindingSync({
    keyType: 'ecdsap256',
    targetUrl: `https://${made}.invalid/`,
    bindingType: 'provided',
    ekm: new Uint8Array(32),
  });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await tokenBinding.generateId('ecdsap256', publicKey);
}
process.stdout.write(`${made} keys\n`);
