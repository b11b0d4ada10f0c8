import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NtlmClient } from 'axios-ntlm';
import type { Account } from '../accounts.js';
import { PYTHON, programFile, userFile } from '../program.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A request of a page, or of a body to send. */
export interface ClientRequest {
  readonly url: string;
  readonly account: Account;
  readonly body?: string;
  /** The file of the certificate that the client trusts. */
  readonly ca?: string;
}

/** Sends the same request several times, over one connection if the client can, and returns all answers. */
export type HttpClient = (request: ClientRequest, times?: number) => Promise<Answer[]>;

const require = createRequire(import.meta.url);

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

export const axiosNtlm: HttpClient = async ({ url, account, body, ca }, times = 1) => {
  const httpAgent = new Agent({ keepAlive: true });
  const httpsAgent = new TlsAgent({ keepAlive: true, ...trust(ca) });
  const { user, password, domain } = account;
  const client = NtlmClient(
    { username: user, password, domain },
    { httpAgent, httpsAgent, proxy: false, responseType: 'text' },
  );
  try {
    const answers: Answer[] = [];
    for (const address of repeated(url, times)) {
      const sent = body === undefined ? client.get(address) : client.post(address, body);
      answers.push(
        await sent.then(
          ({ status, data }) => ({ status, body: data }),
          (error) => {
            if (error.response === undefined) throw error;
            return { status: error.response.status, body: error.response.data };
          },
        ),
      );
    }
    return answers;
  } finally {
    httpAgent.destroy();
    httpsAgent.destroy();
  }
};

/** httpntlm, which has no types. It closes the connection after each request. */
interface Httpntlm {
  method(
    name: 'get' | 'post',
    options: object,
    done: (error: Error | null, answer: { statusCode: number; body: string }) => void,
  ): void;
}

const httpntlm = require('httpntlm') as Httpntlm;

export const httpNtlm: HttpClient = async ({ url, account, body, ca }, times = 1) => {
  const answers: Answer[] = [];
  for (const address of repeated(url, times)) {
    const options = {
      url: address,
      username: account.user,
      password: account.password,
      domain: account.domain,
      ...(body !== undefined && { body }),
      ...(ca !== undefined && { agent: new TlsAgent({ keepAlive: true, ...trust(ca) }) }),
    };
    const method = body === undefined ? 'get' : 'post';
    answers.push(
      await new Promise((resolve, reject) => {
        httpntlm.method(method, options, (error, answer) => {
          if (error) reject(error);
          else resolve({ status: answer.statusCode, body: answer.body });
        });
      }),
    );
  }
  return answers;
};

/** The messages of @ewsjs/ntlm-client, which has no types. */
interface EwsjsMessages {
  createType1Message(workstation: string, target: string): string;
  decodeType2Message(header: string): unknown;
  createType3Message(
    type2: unknown,
    user: string,
    password: string,
    workstation: string,
    target: string,
  ): string;
}

const ewsjs = require('@ewsjs/ntlm-client') as EwsjsMessages;

/** As in ews-javascript-api: the package makes the messages, and one connection carries them. */
export const ewsjsNtlm: HttpClient = async ({ url, account, body, ca }, times = 1) => {
  const { user, password, domain } = account;
  const options = { keepAlive: true, maxSockets: 1 };
  const agent = ca === undefined ? new Agent(options) : new TlsAgent({ ...options, ...trust(ca) });
  const send = (fields: { authorization?: string }, data = '') =>
    sendWith(agent, url, body === undefined ? 'GET' : 'POST', fields, data);
  try {
    const answers: Answer[] = [];
    const { status, challenge } = await send({
      authorization: ewsjs.createType1Message('node77', domain),
    });
    if (challenge === undefined) return [{ status, body: '' }];
    const type2 = ewsjs.decodeType2Message(challenge);
    const authorization = ewsjs.createType3Message(type2, user, password, 'node77', domain);
    answers.push(await send({ authorization }, body));
    while (answers.length < times) answers.push(await send({}, body));
    return answers.map(({ status, body }) => ({ status, body }));
  } finally {
    agent.destroy();
  }
};

function sendWith(
  agent: Agent,
  url: string,
  method: string,
  fields: { authorization?: string },
  data: string,
): Promise<Answer & { challenge: string | undefined }> {
  const headers = { ...fields, 'content-length': Buffer.byteLength(data) };
  const open = url.startsWith('https:') ? tlsRequest : request;
  return new Promise((resolve, reject) => {
    const sent = open(url, { agent, method, headers }, async (response) => {
      const chunks = await response.toArray();
      resolve({
        status: response.statusCode ?? 0,
        body: Buffer.concat(chunks).toString(),
        challenge: response.headers['www-authenticate'],
      });
    });
    sent.on('error', reject).end(data);
  });
}

function trust(ca: string | undefined): { ca?: Buffer } {
  return ca === undefined ? {} : { ca: readFileSync(ca) };
}
