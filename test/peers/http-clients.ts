import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { NtlmClient } from 'axios-ntlm';
import type { Account } from './accounts.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Requests a page, or sends a body, as this account. */
export type HttpClient = (url: string, account: Account, body?: string) => Promise<Answer>;

/** The system's curl. Its output ends with the last answer. */
function curl(...options: string[]): Promise<Answer> {
  const format = '\n%{http_code}';
  const args = ['-q', '--silent', '--show-error', '--max-time', '300', '-w', format, ...options];
  return new Promise((resolve, reject) => {
    execFile('curl', args, { env: { PATH: process.env['PATH'] } }, (error, stdout) => {
      if (error !== null) return reject(error);
      const [, body = '', status] = /^(.*)\n(\d+)$/s.exec(stdout) ?? [];
      resolve({ status: Number(status), body });
    });
  });
}

const userOf = ({ domain, user, password }: Account) => `${domain}\\${user}:${password}`;
const dataOf = (body: string | undefined) => (body === undefined ? [] : ['--data', body]);

export const curlOfOrigin: HttpClient = (url, account, body) =>
  curl('--ntlm', '--user', userOf(account), ...dataOf(body), url);

/** Requests a page of a host that does not exist from the proxy. */
export const curlOfProxy: HttpClient = (url, account, body) =>
  curl(
    ...['--proxy', url, '--proxy-ntlm', '--proxy-user', userOf(account)],
    ...[...dataOf(body), 'http://origin.invalid/'],
  );

export const axiosNtlm: HttpClient = async (url, { user, password, domain }, body) => {
  const httpAgent = new Agent({ keepAlive: true });
  const options = { httpAgent, proxy: false, responseType: 'text' } as const;
  const client = NtlmClient({ username: user, password, domain }, options);
  try {
    const { status, data } = await (body === undefined ? client.get(url) : client.post(url, body));
    return { status, body: data };
  } catch (error) {
    const { response } = error as { response?: { status: number; data: string } };
    if (response === undefined) throw error;
    return { status: response.status, body: response.data };
  } finally {
    httpAgent.destroy();
  }
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

const ewsjs = createRequire(import.meta.url)('@ewsjs/ntlm-client') as EwsjsMessages;

/** As in ews-javascript-api: the package makes the messages, and one connection carries them. */
export const ewsjsNtlm: HttpClient = async (url, { user, password, domain }, body) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (authorization: string, data = ''): Promise<Answer & { asks: string }> =>
    new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const headers = { authorization, 'content-length': Buffer.byteLength(data) };
      const sent = request(url, { agent, method, headers }, async (response) => {
        const chunks = await response.toArray();
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          asks: response.headers['www-authenticate'] ?? '',
        });
      });
      sent.on('error', reject).end(data);
    });
  try {
    const first = await send(ewsjs.createType1Message('node77', domain));
    if (first.asks === '') return { status: first.status, body: first.body };
    const type2 = ewsjs.decodeType2Message(first.asks);
    const { status, body: answer } = await send(
      ewsjs.createType3Message(type2, user, password, 'node77', domain),
      body,
    );
    return { status, body: answer };
  } finally {
    agent.destroy();
  }
};
