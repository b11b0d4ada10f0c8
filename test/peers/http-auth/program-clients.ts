import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../accounts.js';
import { PYTHON, programFile, userFile } from '../program.js';
import type { Answer, ClientRequest, HttpClient } from './http-client.js';

/** Runs a program with this text as its standard input. */
function run(
  program: string,
  args: string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const inherited = { PATH: process.env['PATH'], KRB5_CONFIG: '/dev/null' };
  return new Promise((resolve, reject) => {
    const options = { env: { ...inherited, ...env } };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ended with ${error.code}: ${stderr}`));
    });
    // A program may end before it has read everything.
    child.stdin?.on('error', () => {}).end(input);
  });
}

/** The system's curl. It prints each answer that is the last for its URL. */
async function curl(
  { body, ca }: ClientRequest,
  args: string[],
  env?: NodeJS.ProcessEnv,
): Promise<Answer[]> {
  const format = '\n%{http_code}\n';
  const data = body === undefined ? [] : ['--data-binary', '@-'];
  const trusted = ca === undefined ? [] : ['--cacert', ca];
  const all = ['-q', '--silent', '--show-error', '--max-time', '300', '-w', format];
  const output = await run('curl', [...all, ...data, ...trusted, ...args], body, env);
  return [...output.matchAll(/(.*)\n(\d+)\n/g)].map(([, text = '', status]) => ({
    status: Number(status),
    body: text,
  }));
}

const userOf = ({ domain, user, password }: Account) => [
  '--user',
  `${domain}\\${user}:${password}`,
];
const repeated = (url: string, times: number) => Array.from({ length: times }, () => url);

export const curlNtlm: HttpClient = (sent, times = 1) =>
  curl(sent, ['--ntlm', ...userOf(sent.account), ...repeated(sent.url, times)]);

/** Requests pages of a host that does not exist from the proxy. */
export const curlProxyNtlm: HttpClient = (sent, times = 1) => {
  const [, user = ''] = userOf(sent.account);
  const proxy = ['--proxy', sent.url, '--proxy-ntlm', '--proxy-user', user];
  return curl(sent, [...proxy, ...repeated('http://origin.invalid/', times)]);
};

/** gss-ntlmssp takes the user from a file. */
async function withUserFile<T>(account: Account, use: (env: NodeJS.ProcessEnv) => Promise<T>) {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-user-'));
  try {
    const file = join(folder, 'user');
    writeFileSync(file, userFile([account]), { mode: 0o600 });
    return await use({ NTLM_USER_FILE: file });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const curlNegotiate: HttpClient = (sent, times = 1) =>
  withUserFile(sent.account, (env) =>
    curl(sent, ['--negotiate', '--user', ':', ...repeated(sent.url, times)], env),
  );

/** curl over MIT's Kerberos. @param realm the environment of a realm with the tickets of the user */
export function curlKerberos(realm: NodeJS.ProcessEnv): HttpClient {
  return (sent, times = 1) =>
    curl(sent, ['--negotiate', '--user', ':', ...repeated(sent.url, times)], realm);
}

export const curlAnyauth: HttpClient = (sent, times = 1) =>
  withUserFile(sent.account, (env) =>
    curl(sent, ['--anyauth', ...userOf(sent.account), ...repeated(sent.url, times)], env),
  );

/** Debian's requests_ntlm. */
export const requestsNtlm: HttpClient = async ({ account, ...others }, times = 1) => {
  const { domain, user, password } = account;
  const argument = { ...others, times, user: `${domain}\\${user}`, password };
  const args = ['-B', programFile('http_requests.py')];
  return JSON.parse(await run(PYTHON, args, JSON.stringify(argument)));
};
