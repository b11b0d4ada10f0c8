import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { derElement } from '../../src/bytes/write-der.js';
import { run } from '../support/command.js';
import { temporaryFolder } from '../support/folders.js';
import { vector } from '../support/vectors.js';

const folder = temporaryFolder();
const edge = vector('tb-00');
const message = edge.message ?? '';
const bytes = Buffer.from(message, 'base64url');
const tbh = edge.bindings?.[0]?.tbh ?? '';

const kindOf = (input: Uint8Array) =>
  JSON.parse(run(['inspect', '--json', '-'], input).stdout).kind;

describe('tokenbinding inspect with messages', () => {
  it('takes a header value, a header line, hex, a file of each, and standard input', () => {
    const forms: (string | Buffer)[] = [
      message,
      `Sec-Token-Binding: ${message}`,
      bytes.toString('hex'),
      bytes.toString('hex').replace(/../g, '$& '),
      bytes,
    ];
    const wanted = run(['inspect', message]).stdout;
    assert.ok(wanted.includes(tbh));
    assert.match(wanted, /TokenBindingMessage, 139 bytes\n\[0\] provided binding/);
    for (const [index, form] of forms.entries()) {
      const file = join(folder, `form-${index}`);
      writeFileSync(file, typeof form === 'string' ? `${form}\r\n` : form);
      assert.equal(run(['inspect', `@${file}`]).stdout, wanted);
      assert.equal(run(['inspect', '--file', file]).stdout, wanted);
      assert.equal(run(['inspect', '-'], form).stdout, wanted);
      if (typeof form === 'string') assert.equal(run(['inspect', form]).stdout, wanted);
    }
  });

  it('prints every field as JSON', () => {
    const { stdout } = run(['inspect', '--json', vector('tb-05').message ?? '']);
    const { bindings, faults, length } = JSON.parse(stdout);
    assert.equal(length, 276);
    assert.deepEqual(faults, []);
    assert.deepEqual(
      bindings.map(({ bindingType, keyType, tbh }: Record<string, unknown>) => [
        bindingType,
        keyType,
        tbh,
      ]),
      [
        ['provided', 'ecdsap256', vector('tb-05').bindings?.[0]?.tbh],
        ['referred', 96, vector('tb-05').bindings?.[1]?.tbh],
      ],
    );
  });

  it('marks unknown types', () => {
    const type77 = run(['inspect', vector('tb-19').message ?? '']).stdout;
    assert.match(type77, /unknown type 77 binding/);
    assert.match(type77, /unknown key parameters 99/);
    const extension = run(['inspect', vector('tb-54').message ?? '']).stdout;
    assert.match(extension, /unknown type 42 +4 bytes +01020304/);
  });

  it('shows a damaged message up to its fault, and exits with 1', () => {
    const both = Buffer.from(vector('tb-03').message ?? '', 'base64url');
    const { status, stdout } = run(['inspect', both.subarray(0, 230).toString('hex')]);
    assert.equal(status, 1);
    assert.ok(stdout.includes(vector('tb-03').bindings?.[0]?.tbh ?? 'no'));
    assert.ok(stdout.includes(vector('tb-03').bindings?.[1]?.tbh ?? 'no'));
    assert.match(stdout, /damaged: tokenbindings: needs 274 bytes, 228 left \(at offset 2\)/);
    assert.match(stdout, /damaged: tokenbindings\[1\]\.signature: needs 64 bytes, 20 left/);
  });

  it('never fails for a truncated message or other text', () => {
    const program = ['inspect', '-', '--json'];
    for (const length of [0, 1, 2, 3, 4, 6, 40, 71, 100, 137, 138]) {
      const { status, stdout } = run(program, bytes.subarray(0, length).toString('hex'));
      assert.equal(status, 1);
      assert.notEqual(JSON.parse(stdout).faults.length, 0);
    }
    for (const text of ['=', 'a b c', `${message}=`, `${message},${message}`, '\u00ff']) {
      const { status, stdout } = run(program, text);
      assert.equal(status, 1, text);
      assert.equal(JSON.parse(stdout).faults.length, 1);
    }
  });

  it('shows a message in base64, and reports the forbidden encoding', () => {
    const [offset] = [...message].flatMap((character, index) =>
      /[-_]/.test(character) ? index : [],
    );
    const text = bytes.toString('base64');
    assert.match(text, /\//);
    const { status, stdout } = run(['inspect', text]);
    assert.equal(status, 1);
    assert.ok(stdout.includes(tbh));
    const fault =
      "has '[+/]', a character outside the base64url alphabet: this is base64, not base64url";
    assert.match(stdout, new RegExp(`^damaged: .*: ${fault} \\(at offset ${offset}\\)$`, 'm'));
  });

  it('distinguishes a long message from SPNEGO with the same first bytes', () => {
    const long = (length: number, type: number) => {
      const content = Buffer.alloc(2 + length);
      content.writeUInt16BE(length);
      content[2] = type;
      return content;
    };
    for (const length of [0x6000, 0x6082, 0xa182]) {
      assert.equal(kindOf(long(length, 0)), 'token-binding');
      assert.equal(kindOf(long(length, 1)), 'token-binding');
    }
    for (const [tag, length] of [
      [0x60, 0x6082 + 2],
      [0xa1, 0xa182 + 2],
    ] as const) {
      const token = derElement(tag, new Uint8Array(length - 4));
      assert.equal(Buffer.from(token).readUInt16BE() + 2, token.length);
      assert.equal(kindOf(token), 'spnego');
    }
  });
});
