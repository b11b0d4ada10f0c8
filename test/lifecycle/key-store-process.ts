// One of many processes that share a FileKeyStore. Arguments: once|forever FOLDER KEYTYPE
import { once } from 'node:events';
import { FileKeyStore, type KeyType, open } from '../../src/index.js';

const [mode, folder = '', keyType] = process.argv.slice(2);

const make = (targetUrl: string) =>
  open({ keyStore: new FileKeyStore(folder) }).generateBindingSync({
    keyType: keyType as KeyType,
    targetUrl,
    bindingType: 'provided',
    ekm: new Uint8Array(32),
  });

process.send?.('ready');
await once(process, 'message');

if (mode === 'once') {
  const { identifier } = make('https://example.com/');
  process.send?.(Buffer.from(identifier).toString('hex'));
  process.disconnect();
} else {
  make(`https://${process.pid}.invalid/`);
  process.send?.('working');
  for (let count = 0; ; count++) make(`https://${process.pid}-${count}.invalid/`);
}
