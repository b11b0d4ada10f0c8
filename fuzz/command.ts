import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Random } from '../src/conformance/random.js';
import { messageVectors } from '../test/support/kerberos.js';
import { newServiceKey } from '../test/support/kerberos-ticket.js';
import { kerberosHandshake } from '../test/support/kerberos-tokens.js';
import { tokensOf } from '../test/support/sspi.js';
import { vectors } from '../test/support/vectors.js';
import { mutate } from './mutate.js';
import { type Target, Violation } from './target.js';

const program = fileURLToPath(new URL('../src/cli.js', import.meta.url));

const MESSAGES = vectors.map(({ message }) => Buffer.from(message ?? 'AAAA', 'base64url'));
const { request, reply } = kerberosHandshake(newServiceKey(18));
const TOKENS = [
  ...(await tokensOf('NTLM')),
  ...(await tokensOf('Negotiate')),
  ...[request, reply, ...messageVectors.values()],
];
const EKM = '5a'.repeat(32);

const CALLS: readonly { args: string[]; seeds: readonly Uint8Array[] }[] = [
  { args: ['inspect', '-'], seeds: [...MESSAGES, ...TOKENS] },
  { args: ['inspect', '--json', '-'], seeds: [...MESSAGES, ...TOKENS] },
  { args: ['verify', '--ekm', EKM, '--key-type', 'ecdsap256', '-'], seeds: MESSAGES },
];

/** The command ends with one of its exit codes, without a stack and without control characters. */
export const command: Target = {
  name: 'command',
  async run(random) {
    const { args, seeds } = random.of(CALLS);
    const bytes = mutate(seeds, random);
    const input = encode(bytes, random);
    const child = spawn(process.execPath, [program, ...args]);
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    // The command may close its standard input early.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    const text = Buffer.concat(output).toString();
    if (code === null || code > 2)
      throw new Violation(`${args.join(' ')} ended with ${code}`, [input]);
    if (/^ {4}at /m.test(text)) throw new Violation(`${args.join(' ')} shows a stack`, [input]);
    if (hasControlCode(text))
      throw new Violation(`${args.join(' ')} writes a control code`, [input]);
    return `${args[0]} ${code}`;
  },
};

function encode(bytes: Uint8Array, random: Random): Buffer {
  const form = random.of([undefined, 'hex', 'base64', 'base64url'] as const);
  return form === undefined ? Buffer.from(bytes) : Buffer.from(Buffer.from(bytes).toString(form));
}

/** C0 except the line break, DEL, C1, and characters that reverse the direction of text. */
function hasControlCode(text: string): boolean {
  return /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u.test(text);
}
