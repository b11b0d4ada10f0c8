import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { derElement } from '../../src/bytes/write-der.js';
import { AV_ID } from '../../src/sspi/ntlm/av-pairs.js';
import { encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { encodeNegotiate } from '../../src/sspi/ntlm/negotiate-message.js';
import {
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  NTLM,
} from '../../src/sspi/spnego/token.js';
import { utf16 } from '../../src/sspi/utf16.js';
import { run } from '../support/command.js';
import { temporaryFolder } from '../support/folders.js';
import { bytes, hex, interopToken, msNlmp, transcripts } from '../support/ntlm.js';
import { ascii } from '../support/sspi.js';

const inspect = (token: string, input?: string | Uint8Array) => run(['inspect', token], input);
const base64 = (token: Uint8Array) => Buffer.from(token).toString('base64');

const [transcript = assert.fail('the transcript is missing')] = transcripts;
const authenticate = bytes(transcript.authenticate);

const challengeOf = (targetName: string, ...pairs: [number, Uint8Array][]) => {
  const flags = flagsOf('NEGOTIATE_UNICODE', 'NEGOTIATE_TARGET_INFO');
  const serverChallenge = new Uint8Array(8);
  return encodeChallenge({ flags, serverChallenge, targetInfo: new Map(pairs) }, targetName);
};

describe('tokenbinding inspect with tokens', () => {
  it('shows each message of NTLM', () => {
    const negotiate = inspect(transcript.negotiate);
    assert.equal(negotiate.status, 0);
    assert.match(
      negotiate.stdout,
      /^NTLM message, 40 bytes\nNEGOTIATE_MESSAGE\n {2}NegotiateFlags\n/,
    );
    assert.match(negotiate.stdout, /^ {4}NEGOTIATE_KEY_EXCH$/m);
    const challenge = inspect(transcript.challenge).stdout;
    assert.match(challenge, /^ {4}MsvAvNbDomainName +"TESTDOM"$/m);
    assert.match(challenge, /^ {4}MsvAvTimestamp +20\d\d-[\d:T.-]+Z$/m);
    assert.match(challenge, /^ {2}ServerChallenge +8 bytes {2}f356660f4fa5d481$/m);
    const { stdout, status } = inspect(transcript.authenticate);
    assert.equal(status, 0);
    assert.match(stdout, /^ {2}UserName +"alice"$/m);
    assert.match(stdout, new RegExp(`^ {2}MIC +16 bytes {2}${transcript.mic}$`, 'm'));
    assert.match(stdout, /^ {6}MsvAvFlags .*\n {8}mic$/m);
    const old = inspect(msNlmp.ntlmv1.authenticateMessage).stdout;
    assert.match(old, new RegExp(`NtChallengeResponse +24 bytes {2}${msNlmp.ntlmv1.ntResponse}`));
    assert.doesNotMatch(old, /MIC/);
  });

  it('shows SPNEGO and the NTLM message inside', () => {
    const list = encodeMechTypeList(['2a864886f712010202', NTLM, '2b0601']);
    const init = inspect(base64(encodeNegTokenInit(list, bytes(transcript.negotiate))));
    assert.equal(init.status, 0);
    assert.match(init.stdout, /^ {6}mechType\[0\] +Kerberos 5$/m);
    assert.match(init.stdout, /^ {6}mechType\[2\] +unknown mechanism$/m);
    assert.match(init.stdout, /^ {4}mechToken\n {6}NEGOTIATE_MESSAGE\n/m);
    const resp = encodeNegTokenResp({ negState: 'request-mic', responseToken: authenticate });
    const { stdout } = inspect(base64(resp));
    assert.match(stdout, /^ {2}negState +request-mic$/m);
    assert.match(stdout, /^ {6}UserName +"alice"$/m);
  });

  it('takes base64, base64url, hex, header lines, files and standard input, text or bytes', () => {
    const wanted = inspect(transcript.authenticate).stdout;
    const text = base64(authenticate);
    const forms = [
      text,
      text.replace(/=+$/, ''),
      Buffer.from(authenticate).toString('base64url'),
      `NTLM ${text}`,
      `Authorization: NTLM ${text}`,
      `proxy-authorization:Negotiate ${text}`,
      `WWW-Authenticate: Negotiate ${text}`,
      transcript.authenticate.toUpperCase(),
    ];
    for (const form of forms) {
      assert.equal(inspect(form).stdout, wanted, form.slice(0, 30));
      assert.equal(inspect('-', `${form}\r\n`).stdout, wanted);
    }
    assert.equal(inspect('-', authenticate).stdout, wanted);
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries({ text, bytes: authenticate })) {
      const file = join(folder, name);
      writeFileSync(file, content);
      assert.equal(inspect(`@${file}`).stdout, wanted);
      assert.equal(run(['inspect', '--file', file]).stdout, wanted);
    }
  });

  it('recognizes SPNEGO and unknown tokens by the first bytes', () => {
    const resp = base64(encodeNegTokenResp({ responseToken: authenticate }));
    const init = base64(encodeNegTokenInit(encodeMechTypeList([NTLM]), authenticate));
    for (const token of [resp, init, hex(bytes('60')), `NTLM ${resp}`]) {
      assert.equal(JSON.parse(run(['inspect', '--json', token]).stdout).kind, 'spnego');
    }
    for (const text of ['Negotiate AAAA', 'WWW-Authenticate: Negotiate']) {
      const { status, stdout } = run(['inspect', '--json', text]);
      const { kind, faults } = JSON.parse(stdout);
      assert.deepEqual([status, kind, faults.length], [1, 'unknown', 1], text);
    }
    const text = transcript.negotiate.replaceAll('00', '=');
    assert.match(
      inspect(`NTLM ${text}`).stdout,
      /^unknown token, not decoded\ndamaged: the text is/,
    );
  });

  it('rejects other headers, and says that any other text is read as a message', () => {
    for (const text of ['Authorization: Bearer a.b.c', 'Bearer abc', 'basic YWJj', 'Cookie: a=b']) {
      const { status, stderr } = run(['inspect', text]);
      assert.equal(status, 2, text);
      assert.match(stderr, /no header of Token Binding, NTLM, SPNEGO or Kerberos/);
    }
    const { status, stdout } = run(['inspect', 'foo']);
    assert.equal(status, 1);
    assert.match(stdout, /^no NTLM, Kerberos or SPNEGO token; read as a TokenBindingMessage, 2 /);
  });

  it('has the alias ntlm inspect', () => {
    const { stdout, status } = run(['ntlm', 'inspect', transcript.challenge]);
    assert.deepEqual([status, stdout], [0, inspect(transcript.challenge).stdout]);
    assert.equal(run(['ntlm', 'inspect', '--help']).stdout, run(['inspect', '--help']).stdout);
  });

  it('prints every field as JSON', () => {
    const { stdout, status } = run(['inspect', '--json', transcript.challenge]);
    assert.equal(status, 0);
    const { kind, nodes, faults, length } = JSON.parse(stdout);
    assert.equal(kind, 'ntlm');
    assert.equal(length, transcript.challenge.length / 2);
    assert.deepEqual(faults, []);
    const [{ name, fields }] = nodes;
    assert.equal(name, 'CHALLENGE_MESSAGE');
    const challenge = fields.find((field: { name: string }) => field.name === 'ServerChallenge');
    assert.deepEqual(challenge, {
      name: 'ServerChallenge',
      fields: [],
      offset: 24,
      length: 8,
      bytes: 'f356660f4fa5d481',
    });
  });

  it('shows a damaged token up to its fault, and exits with 1', () => {
    const cut = inspect(transcript.challenge.slice(0, 150));
    assert.equal(cut.status, 1);
    assert.match(
      cut.stdout,
      /^NTLM message, 75 bytes\nCHALLENGE_MESSAGE\n {2}TargetName +"TESTDOM"$/m,
    );
    assert.match(cut.stdout, /^ {2}ServerChallenge +8 bytes {2}f356660f4fa5d481$/m);
    assert.match(
      cut.stdout,
      /^damaged: CHALLENGE_MESSAGE\.TargetInfo: lies at \d+ to \d+, of 75 bytes/m,
    );
    const short = inspect(transcript.authenticate.slice(0, 80)).stdout;
    assert.match(short, /^NTLM message, 40 bytes\nAUTHENTICATE_MESSAGE\ndamaged: AUTHENTICATE/);
    const inner = encodeNegTokenResp({ responseToken: authenticate.subarray(0, 20) });
    const { status, stdout } = inspect(base64(inner));
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^NegTokenResp\n {2}responseToken\n[\s\S]*^damaged: AUTHENTICATE_MESSAGE/m,
    );
    for (const token of [
      'NTLM 00',
      `Negotiate ${'ff'.repeat(100)}`,
      hex(derElement(0x60)),
      '4e544c4d53535000',
    ]) {
      const { status, stdout, stderr } = inspect(token);
      assert.equal(status, 1, token);
      assert.match(stdout, /damaged: /);
      assert.equal(stderr, '');
    }
  });

  it('shows values of an impossible length as damaged', () => {
    for (const [id, length] of [
      [AV_ID.MsvAvTimestamp, 4],
      [AV_ID.MsvAvFlags, 2],
    ] as const) {
      const { status, stdout, stderr } = inspect(
        base64(challengeOf('', [id, new Uint8Array(length)])),
      );
      assert.deepEqual([status, stderr], [1, '']);
      assert.match(stdout, new RegExp(`MsvAv\\w+ +${length} bytes {2}(?:00)+\n[^]*damaged: `));
    }
    const odd = challengeOf('', [AV_ID.MsvAvNbDomainName, ascii('abc')]);
    assert.match(inspect(base64(odd)).stdout, /MsvAvNbDomainName +3 bytes {2}616263$/m);
    const late = challengeOf('', [AV_ID.MsvAvTimestamp, new Uint8Array(8).fill(0xff)]);
    assert.match(inspect(base64(late)).stdout, /MsvAvTimestamp +\+060056-05-28T05:36:10\.955Z$/m);
  });

  it('shows a token inside SPNEGO as bytes unless it is NTLM, even nested SPNEGO', () => {
    const within = (token: Uint8Array) =>
      derElement(0xa1, derElement(0x30, derElement(0xa2, derElement(0x04, token))));
    const twice = inspect(base64(within(within(authenticate))));
    assert.equal(twice.status, 0);
    assert.match(
      twice.stdout,
      /^NegTokenResp\n {2}responseToken +\d+ bytes {2}a182[0-9a-f]+\.\.\.\n$/m,
    );
    let token: Uint8Array = ascii('x');
    for (let depth = 0; depth < 4000; depth++) token = within(token);
    const { status, stdout, stderr } = run(['inspect', '--json', '-'], token);
    assert.deepEqual([status, stderr], [0, '']);
    assert.ok(stdout.length < 3 * token.length);
  });

  it('shows OEM names if the flags select them, and bytes above 0x7f as hex', () => {
    const token = Buffer.from(interopToken('authenticate-oem-names'));
    const { status, stdout } = inspect(base64(token));
    assert.equal(status, 0);
    assert.match(stdout, /^ {2}DomainName +"ABCD"$/m);
    assert.match(stdout, /^ {2}UserName +"clerks"$/m);
    assert.match(stdout, /^ {2}Workstation +"node77"$/m);
    // With both flags or neither, names are UTF-16.
    for (const flags of [0x00a28207, 0x00a28204]) {
      const other = Buffer.from(token);
      other.writeUInt32LE(flags, 60);
      assert.match(inspect(base64(other)).stdout, /^ {2}DomainName +"䉁䑃"$/m);
    }
    token[token.indexOf('clerks')] = 0xe9;
    assert.match(inspect(base64(token)).stdout, /^ {2}UserName +6 bytes {2}e96c65726b73$/m);
    const flags = flagsOf('NEGOTIATE_OEM', 'NEGOTIATE_TARGET_INFO');
    const targetInfo = new Map([[AV_ID.MsvAvNbDomainName, utf16('DÖM')]]);
    const challenge = { flags, serverChallenge: new Uint8Array(8), targetInfo };
    const shown = inspect(base64(encodeChallenge(challenge, 'ODD'))).stdout;
    assert.match(shown, /^ {2}TargetName +"ODD"$/m);
    assert.match(shown, /MsvAvNbDomainName +"DÖM"$/m);
    const negotiate = Buffer.concat([encodeNegotiate(0x1002), Buffer.from('D\xd6M', 'latin1')]);
    negotiate.writeUInt16LE(3, 16);
    negotiate.writeUInt32LE(40, 20);
    assert.match(inspect(base64(negotiate)).stdout, /DomainName +3 bytes {2}44d64d$/m);
  });

  it('shows no Version if a payload is in its place', () => {
    const ids = ['authenticate-version-that-is-payload', 'challenge-version-flag-without-version'];
    for (const id of ids) {
      const { status, stdout } = inspect(base64(interopToken(id)));
      assert.equal(status, 0);
      assert.match(stdout, /NEGOTIATE_VERSION/);
      assert.doesNotMatch(stdout, /^ +Version/m, id);
    }
    assert.match(inspect(transcript.authenticate).stdout, /^ {2}Version +\d+\.\d+, build/m);
  });

  it('shows an empty TargetInfo, and the hints of a server that speaks first', () => {
    const empty = inspect(base64(interopToken('challenge-empty-target-info')));
    assert.equal(empty.status, 0);
    assert.match(empty.stdout, /^ {2}TargetInfo +0 bytes$/m);
    const name = derElement(0xa0, derElement(0x1b, ascii('ignore@me')));
    const fields = [
      derElement(0xa0, encodeMechTypeList([NTLM])),
      derElement(0xa3, derElement(0x30, name)),
    ];
    const spnego = derElement(0x06, bytes('2b0601050502'));
    for (const list of [fields, fields.slice(1)]) {
      const init2 = derElement(0x60, spnego, derElement(0xa0, derElement(0x30, ...list)));
      const { status, stdout } = inspect(base64(init2));
      assert.equal(status, 0);
      assert.match(stdout, /^ {4}negHints\n {6}hintName +"ignore@me"$/m);
    }
    const odd = derElement(0xa3, derElement(0x30, derElement(0xa0, derElement(0x0c))));
    const damaged = derElement(0x60, spnego, derElement(0xa0, derElement(0x30, odd)));
    assert.equal(inspect(base64(damaged)).status, 1);
  });

  it('decodes no input longer than a token can be', () => {
    const list = encodeMechTypeList(new Array(64).fill('2a0304'));
    const padding = (size: number) => encodeNegTokenInit(list, new Uint8Array(size));
    const most = 65_535 - (padding(0).length + 4);
    const whole = run(['inspect', '--json', '-'], padding(most));
    assert.equal(JSON.parse(whole.stdout).length, 65_535);
    assert.equal(whole.status, 0);
    for (const size of [most + 1, 900_000]) {
      const { status, stdout, stderr } = run(['inspect', '--json', '-'], padding(size));
      assert.deepEqual([status, stderr], [1, '']);
      const { nodes, faults } = JSON.parse(stdout);
      assert.deepEqual(nodes, []);
      assert.match(faults[0].message, /^has \d+ bytes: a token has at most 65535$/);
    }
  });

  const hostile = 'a\u001b[31m\u009b\u202e\n\r"\\\u180e\u{e0041}\ud800 ';
  const named = base64(challengeOf(hostile, [AV_ID.MsvAvNbDomainName, utf16(hostile)]));

  it('escapes control characters', () => {
    const { stdout } = inspect(named);
    const wanted = String.raw`"a\x1b[31m\x9b\u{202e}\x0a\x0d"\\u{180e}\u{e0041}\u{d800} "`;
    assert.ok(stdout.includes(`TargetName                     ${wanted}\n`), stdout);
    assert.ok(stdout.includes(wanted, stdout.indexOf('MsvAvNbDomainName')), stdout);
  });

  it('keeps text unchanged in JSON, with control characters escaped', () => {
    const { stdout } = run(['inspect', '--json', named]);
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    const [{ fields }] = JSON.parse(stdout).nodes;
    const [target] = fields;
    assert.deepEqual(
      [target.name, target.text, target.meaning],
      ['TargetName', hostile, undefined],
    );
    assert.equal(target.bytes, hex(utf16(hostile)));
  });
});
