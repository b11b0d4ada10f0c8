import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The file of the command `tokenbinding`. */
export const program: string = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

interface Output {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command with text or bytes as its standard input, without colours. */
export function run(
  args: readonly string[],
  input: string | Uint8Array = '',
  env: NodeJS.ProcessEnv = process.env,
): Output {
  const { FORCE_COLOR: _, ...rest } = env;
  const options = { input: Buffer.from(input), env: rest, maxBuffer: 1 << 26 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}
