import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hmacMd5 } from '../../src/sspi/crypto/hmac-md5.js';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { decodeAuthenticate } from '../../src/sspi/ntlm/authenticate-message.js';
import { decodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { NtlmClient } from '../../src/sspi/ntlm/client.js';
import { ntowfv2, sealKey, signKey } from '../../src/sspi/ntlm/keys.js';
import { isNtlm } from '../../src/sspi/ntlm/message.js';
import { MessageKey } from '../../src/sspi/ntlm/message-key.js';
import { decodeNegTokenResp } from '../../src/sspi/spnego/token.js';
import { bytes, hex } from '../support/ntlm.js';
import type { LoggedOn } from './sspi-secrets-process.js';

const program = fileURLToPath(new URL('./sspi-secrets-process.js', import.meta.url));
const PASSWORD = 'a password of some length';
const DIRECTIONS = ['client-to-server', 'server-to-client'] as const;

const invert = (secret: Uint8Array) => secret.map((byte) => byte ^ 0xff);

/** The NTLM message of a token, bare or in SPNEGO. */
function ntlmOf(token: Uint8Array): Uint8Array {
  return isNtlm(token) ? token : (decodeNegTokenResp(token).responseToken ?? token);
}

/** The secrets of a logon, by name. */
function secretsOf({ challenge, authenticate, inverted }: LoggedOn): [string, Uint8Array][] {
  const { flags } = decodeChallenge(ntlmOf(bytes(challenge)));
  const { response } = decodeAuthenticate(ntlmOf(bytes(authenticate)));
  const key = invert(bytes(inverted));
  const ntHash = ntHashOf(PASSWORD);
  const responseKey = ntowfv2(ntHash, 'alice', 'DOM');
  return [
    ['password in UTF-16', Buffer.from(PASSWORD, 'utf16le')],
    ['NTOWFv1', ntHash],
    ['NTOWFv2', responseKey],
    ['KeyExchangeKey', hmacMd5(responseKey, response?.proof ?? key)],
    ['ExportedSessionKey', key],
    ...DIRECTIONS.map((way) => [`SIGNKEY ${way}`, signKey(key, way)] as [string, Uint8Array]),
    ...DIRECTIONS.map(
      (way) => [`SEALKEY ${way}`, sealKey(key, flags, way)] as [string, Uint8Array],
    ),
  ];
}

describe('secrets of SSPI', () => {
  it('are nowhere in the memory of the process after close()', async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = fork(program, { env });
    child.send({ password: [...Buffer.from(PASSWORD)] });
    const [rounds] = (await once(child, 'message')) as [LoggedOn[]];
    const secrets = rounds.flatMap(secretsOf);
    child.send({ inverted: secrets.map(([, secret]) => hex(invert(secret))) });
    const [{ before, after }] = await once(child, 'message');
    const left = secrets.map(([name], index) => `${name}: ${after[index]}`);
    assert.deepEqual(
      left.filter((line) => !line.endsWith(' 0')),
      [],
    );
    // The search must find the secrets that an open context needs.
    const found = secrets.filter((_, index) => before[index] > 0).map(([name]) => name);
    for (const name of ['NTOWFv1', 'ExportedSessionKey', 'SEALKEY client-to-server']) {
      assert.equal(found.filter((other) => other === name).length, rounds.length, name);
    }
  });

  it('close() overwrites the keys of messages', () => {
    const messageKey = new MessageKey(new Uint8Array(16).fill(7), 0x00080000, 'client-to-server');
    messageKey.close();
    const stream = new Uint8Array(600);
    messageKey.stream.update(stream, stream);
    assert.equal(hex(stream), '00'.repeat(600));
  });

  it('closing a context overwrites its copy of the hash, and not that of the credentials', () => {
    const ntHash = ntHashOf('p');
    const identity = { user: 'u', domain: '', workstation: '', ntHash };
    new NtlmClient(identity, { flags: [], allowWeak: [] }).close();
    assert.equal(hex(ntHash), hex(ntHashOf('p')));
  });
});
