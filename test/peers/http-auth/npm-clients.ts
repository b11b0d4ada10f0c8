import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { createRequire } from 'node:module';
import { NtlmClient } from 'axios-ntlm';
import type { Answer, HttpClient } from './http-client.js';

const require = createRequire(import.meta.url);

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
    for (let left = times; left > 0; left--) {
      const sent = body === undefined ? client.get(url) : client.post(url, body);
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
  for (let left = times; left > 0; left--) {
    const options = {
      url,
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
