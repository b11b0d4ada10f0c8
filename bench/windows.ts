// Compares the time of a call through the addon and the facade with the same call from C, with the stand-in for
// Microsoft's DLL. It runs in node.exe: on Linux `npm run bench:windows` starts it under Wine.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { open } from '../src/index.js';
import { newEkm } from '../test/support/messages.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: windows.js <folder of the stand-ins>');
const libraryPath = join(folder, 'tokenbinding.dll');
const tokenBinding = open({ provider: 'windows', libraryPath });
const keyType = 'ecdsap256';
const ekm = newEkm();
const targetUrl = 'https://cost.example/';
const request = { keyType, targetUrl, bindingType: 'provided', ekm } as const;
const bindings = [tokenBinding.generateBindingSync(request).tokenBinding];
const message = tokenBinding.generateMessageSync(bindings);

/** The median of single calls, in microseconds. call-cost.exe times short calls by the hundred. */
async function cost(call: () => unknown): Promise<number> {
  const calls: number[] = [];
  for (let count = 0; count < 3000; count++) {
    const start = process.hrtime.bigint();
    const answer = call();
    if (answer instanceof Promise) await answer;
    calls.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return calls.sort((a, b) => a - b)[calls.length >> 1] as number;
}

const run = execFileSync(join(folder, 'call-cost.exe'), [libraryPath], { encoding: 'utf8' });
const fromC: { verifyMessage: number; signature: number; generateMessage: number } =
  JSON.parse(run);
const verify = await cost(() => tokenBinding.verifyMessageSync(message, { keyType, ekm }));
const generate = await cost(() => tokenBinding.generateMessageSync(bindings));
const promised = await cost(() => tokenBinding.generateMessage(bindings));

console.log(
  `Node ${process.version}, with a stand-in for Microsoft's DLL; microseconds per call\n`,
);
console.log('                            from C   facade   difference');
const row = (name: string, inC: number, ours: number) => {
  const figures = [inC.toFixed(2).padStart(8), ours.toFixed(2).padStart(8)];
  console.log(`${name.padEnd(26)}${figures.join(' ')} ${(ours - inC).toFixed(2).padStart(12)}`);
};
row('generateMessageSync', fromC.generateMessage, generate);
row('generateMessage', fromC.generateMessage, promised);
row('verifyMessageSync', fromC.verifyMessage, verify);
console.log(
  `\nIn a verification bcrypt.dll takes ${fromC.signature.toFixed(2)} microseconds for the signature.`,
);
