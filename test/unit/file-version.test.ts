import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { fileVersion } from '../../src/conformance/sides/file-version.js';
import { u8 } from '../support/messages.js';

const key = Buffer.from('VS_VERSION_INFO\0', 'utf16le');

/** VS_VERSIONINFO with a VS_FIXEDFILEINFO whose fields after the version are 0xFF. */
function versionInfo(parts: readonly [number, number, number, number]): Buffer {
  const fixed = Buffer.alloc(52, 0xff);
  fixed.writeUInt32LE(0xfeef04bd, 0);
  fixed.writeUInt32LE(0x00010000, 4);
  const [major, minor, build, revision] = parts;
  fixed.writeUInt32LE(major * 0x10000 + minor, 8);
  fixed.writeUInt32LE(build * 0x10000 + revision, 12);
  const header = u8(92, 0, 52, 0, 0, 0);
  return Buffer.concat([header, key, u8(0, 0), fixed]);
}

describe('the version of a file', () => {
  const info = versionInfo([10, 0, 26_100, 1]);

  it('is read from its version resource at any offset', () => {
    for (const before of [0, 1, 2, 3, 4096]) {
      const bytes = Buffer.concat([randomBytes(before), info, randomBytes(9)]);
      assert.equal(fileVersion(bytes), '10.0.26100.1');
    }
  });

  it('has four parts of 16 bits, without a sign', () => {
    assert.equal(fileVersion(versionInfo([0xffff, 0x8000, 0, 0xffff])), '65535.32768.0.65535');
    assert.equal(fileVersion(versionInfo([1, 2, 3, 4])), '1.2.3.4');
  });

  it('is read only from the bytes of a view', () => {
    const around = Buffer.concat([randomBytes(7), info, info]);
    const view = (start: number, length: number) =>
      new Uint8Array(around.buffer, around.byteOffset + start, length);
    assert.equal(fileVersion(view(7, info.length)), '10.0.26100.1');
    assert.equal(fileVersion(view(7, info.length - 1)), undefined);
    assert.equal(fileVersion(view(8 + key.length, info.length - key.length)), undefined);
  });

  it('is the first one', () => {
    const two = Buffer.concat([info, versionInfo([1, 2, 3, 4])]);
    assert.equal(fileVersion(two), '10.0.26100.1');
  });

  it('is found after a key without a resource, as in programs that read versions', () => {
    const bytes = Buffer.concat([key, Buffer.alloc(3), key, key, info]);
    assert.equal(fileVersion(bytes), '10.0.26100.1');
  });

  it('is undefined for every part of a resource', () => {
    for (let length = 0; length < info.length; length++) {
      assert.equal(fileVersion(info.subarray(0, length)), undefined, `${length} bytes`);
    }
  });

  it('is undefined for a key in ASCII, another signature, other padding, and the wrong order', () => {
    const wrong = [
      Buffer.concat([Buffer.from('VS_VERSION_INFO\0\0\0'), info.subarray(40)]),
      Buffer.concat([info.subarray(0, 40), u8(0xbd, 0x04, 0xef, 0xff), info.subarray(44)]),
      Buffer.concat([info.subarray(0, 40), u8(0xfe, 0xef, 0x04, 0xbd), info.subarray(44)]),
      Buffer.concat([info.subarray(0, 38), u8(1), info.subarray(39)]),
      Buffer.concat([info.subarray(0, 38), info.subarray(40)]),
      Buffer.concat([info.subarray(40), info.subarray(0, 40)]),
    ];
    for (const bytes of wrong) assert.equal(fileVersion(bytes), undefined);
  });

  it('is undefined for many incomplete resources in a row', () => {
    const near = info.subarray(6, 43);
    const bytes = Buffer.alloc(near.length * 50_000, near);
    assert.equal(fileVersion(bytes), undefined);
    assert.equal(fileVersion(Buffer.alloc(2 ** 20, 'V\0')), undefined);
    assert.equal(fileVersion(randomBytes(2 ** 16)), undefined);
    assert.equal(fileVersion(new Uint8Array(0)), undefined);
  });
});
