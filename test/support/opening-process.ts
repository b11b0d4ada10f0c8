import { parentPort, workerData } from 'node:worker_threads';
import { open } from '../../src/index.js';
import { openSspi } from '../../src/sspi.js';

// A worker or a forked process. It opens everything twice, uses it, and reports the providers.
const [argument] = process.argv.slice(2);
const libraryPath: string | undefined = parentPort === null ? argument : workerData;
const expected = { keyType: 'ecdsap256', ekm: new Uint8Array(32) } as const;
const request = {
  ...expected,
  targetUrl: 'https://opening.example/',
  bindingType: 'provided',
} as const;

const instances = [open({ libraryPath }), open({ libraryPath })];
for (const tokenBinding of instances) {
  const { tokenBinding: binding } = tokenBinding.generateBindingSync(request);
  const message = tokenBinding.generateMessageSync([binding]);
  tokenBinding.verifyMessageSync(message, expected);
}
const opened = [...instances, openSspi(), openSspi()].map(({ provider }) => provider.name);
if (parentPort === null) process.send?.(opened);
else parentPort.postMessage(opened);
