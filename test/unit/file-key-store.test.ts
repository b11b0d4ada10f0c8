import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import {
  FileKeyStore,
  type KeyType,
  MemoryKeyStore,
  open,
  type TokenBindingError,
} from '../../src/index.js';
import { temporaryFolder } from '../support/folders.js';
import { KEY_TYPES, newEkm, testKey } from '../support/messages.js';
import { pollute } from '../support/pollution.js';
import { skipWithout } from '../support/programs.js';
import { refused } from '../support/refused.js';

const root = temporaryFolder();
let folders = 0;
const newFolder = () => join(root, `store-${folders++}`);
const posix = process.platform !== 'win32';

const fileOf = (folder: string, keyType: KeyType = 'ecdsap256', scope = 'example.com') =>
  join(folder, `${keyType}@${scope}.pem`);
const modeOf = (file: string) => statSync(file).mode & 0o777;
const privateKey = (keyType: KeyType = 'ecdsap256') => testKey(keyType).privateKey;
const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' });

/** A store with one key, and the path of its file. */
function filled(passphrase?: string): { folder: string; file: string; key: KeyObject } {
  const folder = newFolder();
  const key = privateKey();
  new FileKeyStore(folder, { passphrase }).add('example.com', 'ecdsap256', key);
  return { folder, file: fileOf(folder), key };
}

/** Asserts that the store rejects the file, names it and does not change it. */
function refusedFile(folder: string, file: string, passphrase?: string): TokenBindingError {
  const store = new FileKeyStore(folder, { passphrase });
  const before = statSync(file).isFile() ? readFileSync(file) : undefined;
  const error = refused('ERR_TB_KEY_STORE', () => store.get('example.com', 'ecdsap256'));
  assert.equal(error.file, file);
  assert.ok(error.message.includes(file));
  const adding = () => store.add('example.com', 'ecdsap256', privateKey());
  assert.equal(refused('ERR_TB_KEY_STORE', adding).file, file);
  if (before !== undefined) assert.deepEqual(readFileSync(file), before);
  return error;
}

describe('FileKeyStore', () => {
  for (const keyType of KEY_TYPES) {
    it(`returns a ${keyType} key to another instance`, () => {
      const folder = newFolder();
      const key = privateKey(keyType);
      assert.equal(new FileKeyStore(folder).get('example.com', keyType), undefined);
      new FileKeyStore(folder).add('example.com', keyType, key);
      const found = new FileKeyStore(folder).get('example.com', keyType);
      assert.ok(found?.equals(key));
    });
  }

  it('keeps the first key of a scope and type', () => {
    const { folder, key } = filled();
    const kept = new FileKeyStore(folder).add('example.com', 'ecdsap256', privateKey());
    assert.ok(kept.equals(key));
  });

  it('separates scopes and key types', () => {
    const store = new FileKeyStore(newFolder());
    const scopes = ['example.com', 'example.org', '[::1]', '127.0.0.1', 'localhost', 'con', '..'];
    const keys = scopes.map((scope) => store.add(scope, 'ecdsap256', privateKey()));
    for (const [index, scope] of scopes.entries()) {
      assert.ok(store.get(scope, 'ecdsap256')?.equals(keys[index] as KeyObject));
      assert.equal(store.get(scope, 'rsa2048_pss'), undefined);
    }
  });

  it('creates the folder with mode 0700 and files with 0600, with any umask', {
    skip: !posix,
  }, () => {
    const before = process.umask(0);
    try {
      const { folder, file } = filled();
      assert.equal(modeOf(folder), 0o700);
      assert.equal(modeOf(file), 0o600);
      assert.deepEqual(readdirSync(folder), ['ecdsap256@example.com.pem']);
    } finally {
      process.umask(before);
    }
  });

  it('writes PKCS #8 in PEM, encrypted if there is a passphrase', () => {
    assert.match(readFileSync(filled().file, 'utf8'), /^-----BEGIN PRIVATE KEY-----/);
    const { folder, file, key } = filled('correct horse');
    assert.match(readFileSync(file, 'utf8'), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const store = new FileKeyStore(folder, { passphrase: 'correct horse' });
    assert.ok(store.get('example.com', 'ecdsap256')?.equals(key));
  });

  it('gives the provider the same key in the next process', () => {
    const folder = newFolder();
    const request = {
      keyType: 'ecdsap256',
      targetUrl: 'https://example.com/',
      bindingType: 'provided',
      ekm: newEkm(),
    } as const;
    const make = () =>
      open({ keyStore: new FileKeyStore(folder) }).generateBindingSync(request).identifier;
    assert.deepEqual(make(), make());
  });

  it('notices deletions by another instance', () => {
    const { folder, file } = filled();
    const store = new FileKeyStore(folder);
    assert.ok(store.get('example.com', 'ecdsap256'));
    new FileKeyStore(folder).delete('example.com');
    assert.equal(store.get('example.com', 'ecdsap256'), undefined);
    assert.throws(() => statSync(file), { code: 'ENOENT' });
  });

  it('deletes the files of one scope, or all of its own files, and no others', () => {
    const folder = newFolder();
    const store = new FileKeyStore(folder);
    for (const keyType of KEY_TYPES) store.add('example.com', keyType, privateKey(keyType));
    store.add('example.org', 'ecdsap256', privateKey());
    writeFileSync(join(folder, 'README'), 'mine');
    store.delete('example.com');
    store.delete('never.example');
    assert.deepEqual(readdirSync(folder).sort(), ['README', 'ecdsap256@example.org.pem']);
    store.deleteAll();
    assert.deepEqual(readdirSync(folder), ['README']);
  });

  it('deletes old drafts of killed processes', () => {
    const { folder, file } = filled();
    const old = join(folder, '.draft-00000000-0000-4000-8000-000000000000');
    const young = join(folder, '.draft-00000000-0000-4000-8000-000000000001');
    linkSync(file, old);
    writeFileSync(young, '');
    utimesSync(old, 0, 0);
    new FileKeyStore(folder);
    assert.deepEqual(
      readdirSync(folder).sort(),
      [young, file].map((path) => path.slice(folder.length + 1)),
    );
    new FileKeyStore(folder).deleteAll();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('deletes a draft that is a second name of a deleted key', () => {
    const { folder, file } = filled();
    const draft = join(folder, '.draft-00000000-0000-4000-8000-000000000002');
    linkSync(file, draft);
    new FileKeyStore(folder).delete('example.com');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('deletes a draft with a future time, and keeps anything but files', () => {
    const { folder } = filled();
    const future = join(folder, '.draft-00000000-0000-4000-8000-000000000003');
    const directory = join(folder, '.draft-00000000-0000-4000-8000-000000000004');
    writeFileSync(future, '');
    utimesSync(future, 9e9, 9e9);
    mkdirSync(directory);
    utimesSync(directory, 0, 0);
    new FileKeyStore(folder);
    assert.deepEqual(readdirSync(folder).length, 2);
  });

  it('deletes the files that it can delete, and reports the others', () => {
    const { folder, file } = filled();
    const store = new FileKeyStore(folder);
    store.add('example.com', 'rsa2048_pss', privateKey('rsa2048_pss'));
    rmSync(file);
    mkdirSync(file);
    assert.equal(refused('ERR_TB_KEY_STORE', () => store.delete('example.com')).file, file);
    assert.deepEqual(readdirSync(folder), ['ecdsap256@example.com.pem']);
  });

  it('sets the modes under any umask', { skip: !posix }, () => {
    const before = process.umask(0o277);
    try {
      const { folder, file } = filled();
      assert.equal(modeOf(folder), 0o700);
      assert.equal(modeOf(file), 0o600);
    } finally {
      process.umask(before);
    }
  });

  it('keeps its folder when the working directory changes', () => {
    const before = process.cwd();
    const folder = newFolder();
    mkdirSync(folder, { mode: 0o700 });
    try {
      process.chdir(folder);
      const store = new FileKeyStore('keys');
      process.chdir(root);
      store.add('example.com', 'ecdsap256', privateKey());
      assert.ok(statSync(fileOf(join(folder, 'keys'))).isFile());
    } finally {
      process.chdir(before);
    }
  });

  describe('rejects', () => {
    it('a damaged file: cut at every length', () => {
      const { folder, file } = filled();
      const pem = readFileSync(file);
      for (let length = 0; length < pem.length; length++) {
        writeFileSync(file, pem.subarray(0, length));
        const get = () => new FileKeyStore(folder).get('example.com', 'ecdsap256');
        assert.equal(refused('ERR_TB_KEY_STORE', get).file, file);
      }
    });

    it('a damaged plain file: each byte changed', () => {
      const { folder, file } = filled();
      const pem = readFileSync(file);
      for (let index = 0; index < pem.length; index++) {
        const damaged = Buffer.from(pem);
        damaged.writeUInt8(damaged.readUInt8(index) ^ 0x01, index);
        writeFileSync(file, damaged);
        refused('ERR_TB_KEY_STORE', () => new FileKeyStore(folder).get('example.com', 'ecdsap256'));
      }
    });

    it('a damaged encrypted file: each byte changed, unless the key is the same', () => {
      const { folder, file, key } = filled('correct horse');
      const pem = readFileSync(file);
      let refusals = 0;
      for (let index = 0; index < pem.length; index++) {
        const damaged = Buffer.from(pem);
        damaged.writeUInt8(damaged.readUInt8(index) ^ 0x01, index);
        writeFileSync(file, damaged);
        const store = new FileKeyStore(folder, { passphrase: 'correct horse' });
        try {
          assert.ok(store.get('example.com', 'ecdsap256')?.equals(key), `byte ${index}`);
        } catch (error) {
          assert.equal((error as TokenBindingError).code, 'ERR_TB_KEY_STORE');
          refusals++;
        }
      }
      assert.ok(refusals > 0.9 * pem.length, `${refusals} of ${pem.length}`);
    });

    it('a file with more content than the key', () => {
      const { folder, file, key } = filled();
      for (const more of ['x', '\n', pemOf(privateKey())]) {
        writeFileSync(file, `${pemOf(key)}${more}`);
        refusedFile(folder, file);
      }
    });

    it('a symbolic link in place of a file, dangling or not', { skip: !posix }, () => {
      const { folder, file } = filled();
      const elsewhere = filled();
      for (const target of [elsewhere.file, join(root, 'nothing-here'), file]) {
        rmSync(file);
        symlinkSync(target, file);
        const store = new FileKeyStore(folder);
        refused('ERR_TB_KEY_STORE', () => store.get('example.com', 'ecdsap256'));
        const adding = () => store.add('example.com', 'ecdsap256', privateKey());
        assert.equal(refused('ERR_TB_KEY_STORE', adding).file, file);
      }
    });

    it('adding anything but a private key of the type, and writes nothing', () => {
      const folder = newFolder();
      const store = new FileKeyStore(folder);
      const { publicKey } = testKey('ecdsap256');
      for (const key of [publicKey, null, 'pem', {}]) {
        assert.throws(() => store.add('example.com', 'ecdsap256', key as never), TypeError);
        assert.throws(
          () => new MemoryKeyStore().add('example.com', 'ecdsap256', key as never),
          TypeError,
        );
      }
      const rsa = privateKey('rsa2048_pss');
      refused('ERR_TB_UNUSABLE_KEY', () => store.add('example.com', 'ecdsap256', rsa));
      const traversal = '../../evil' as KeyType;
      assert.throws(() => store.add('example.com', traversal, privateKey()), RangeError);
      assert.throws(() => store.get('\ud800', 'ecdsap256'), RangeError);
      assert.throws(() => store.get(7 as never, 'ecdsap256'), TypeError);
      assert.deepEqual(readdirSync(folder), []);
    });

    it('an empty file, text, and a public key', () => {
      const { publicKey } = testKey('ecdsap256');
      const spki = publicKey.export({ type: 'spki', format: 'pem' });
      for (const content of ['', 'hello', spki, Buffer.alloc(100)]) {
        const { folder, file } = filled();
        writeFileSync(file, content);
        refusedFile(folder, file);
      }
    });

    it('a key of another type', () => {
      const foreign = [
        generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
        generateKeyPairSync('ed25519').privateKey,
        generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
        privateKey('rsa2048_pss'),
      ];
      for (const key of foreign) {
        const { folder, file } = filled();
        writeFileSync(file, pemOf(key));
        refusedFile(folder, file);
      }
    });

    it('a private key that does not match its public key', () => {
      const { folder, file } = filled();
      const one = privateKey().export({ format: 'der', type: 'pkcs8' });
      const other = privateKey().export({ format: 'der', type: 'pkcs8' });
      const mixed = Buffer.concat([one.subarray(0, -65), other.subarray(-65)]);
      const pem = `-----BEGIN PRIVATE KEY-----\n${mixed.toString('base64')}\n-----END PRIVATE KEY-----\n`;
      writeFileSync(file, pem);
      refusedFile(folder, file);
    });

    it('a file of more than 16 KiB', () => {
      const { folder, file } = filled();
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(16 * 1024)]));
      refusedFile(folder, file);
    });

    it('a wrong passphrase, a missing one and a superfluous one', () => {
      const encrypted = filled('correct horse');
      const error = refusedFile(encrypted.folder, encrypted.file, 'battery staple');
      assert.ok(!inspect(error).includes('battery staple'));
      refusedFile(encrypted.folder, encrypted.file);
      const plain = filled();
      refusedFile(plain.folder, plain.file, 'correct horse');
    });

    it('a folder in place of a file', () => {
      const one = filled();
      rmSync(one.file);
      mkdirSync(one.file);
      refusedFile(one.folder, one.file);
    });

    it('a FIFO, without waiting for it', { skip: skipWithout('mkfifo') }, () => {
      const { folder, file } = filled();
      rmSync(file);
      execFileSync('mkfifo', ['-m', '600', file]);
      refusedFile(folder, file);
    });

    it('a file or a folder that others can access', { skip: !posix }, () => {
      for (const mode of [0o640, 0o604, 0o660, 0o666]) {
        const { folder, file } = filled();
        chmodSync(file, mode);
        assert.match(
          refusedFile(folder, file).message,
          /accessible to other users .*; the mode must be 0600$/,
        );
      }
      const { folder } = filled();
      chmodSync(folder, 0o755);
      const error = refused('ERR_TB_KEY_STORE', () => new FileKeyStore(folder));
      assert.equal(error.file, folder);
      assert.match(
        error.message,
        /accessible to other users \(mode 0755\); the mode must be 0700$/,
      );
    });

    it('a file in place of the folder', () => {
      const { file } = filled();
      const error = refused('ERR_TB_KEY_STORE', () => new FileKeyStore(file));
      assert.equal(error.file, file);
      assert.match(error.message, /is not a folder$/);
    });

    /** The errors of every use of a store, each of which must reject the folder. */
    const refusedUses = (store: FileKeyStore, folder: string) => {
      const uses = [
        () => store.get('example.com', 'ecdsap256'),
        () => store.get('never.example', 'ecdsap256'),
        () => store.add('example.com', 'ecdsap256', privateKey()),
        () => store.delete('example.com'),
        () => store.deleteAll(),
      ];
      return uses.map((use) => {
        const error = refused('ERR_TB_KEY_STORE', use);
        assert.equal(error.file, folder);
        return error.message;
      });
    };

    it('every use of a folder that others can access since it was opened', { skip: !posix }, () => {
      for (const mode of [0o701, 0o710, 0o750, 0o702, 0o777]) {
        const { folder, file, key } = filled();
        const store = new FileKeyStore(folder);
        assert.ok(store.get('example.com', 'ecdsap256')?.equals(key));
        chmodSync(folder, mode);
        for (const text of refusedUses(store, folder))
          assert.match(text, /accessible to other users/);
        assert.ok(statSync(file).isFile());
        chmodSync(folder, 0o700);
        assert.ok(store.get('example.com', 'ecdsap256')?.equals(key));
      }
    });

    it('every use of a folder that belongs to another user since it was opened', {
      skip: !posix,
    }, () => {
      const { folder, file } = filled();
      const store = new FileKeyStore(folder);
      const { geteuid } = process;
      process.geteuid = () => statSync(folder).uid + 1;
      try {
        for (const text of refusedUses(store, folder))
          assert.match(text, /belongs to another user/);
      } finally {
        process.geteuid = geteuid as () => number;
      }
      assert.ok(statSync(file).isFile());
    });

    it('every use of a folder that was deleted or replaced by a file', () => {
      const { folder } = filled();
      const store = new FileKeyStore(folder);
      rmSync(folder, { recursive: true });
      refusedUses(store, folder);
      writeFileSync(folder, '');
      refusedUses(store, folder);
    });

    it('a path of a file, or below one', () => {
      const { file } = filled();
      for (const folder of [file, join(file, 'below')]) {
        const error = refused('ERR_TB_KEY_STORE', () => new FileKeyStore(folder));
        assert.equal(error.file, folder);
      }
    });

    it('a scope too long for a file name', () => {
      const store = new FileKeyStore(newFolder());
      const scope = 'a'.repeat(300);
      refused('ERR_TB_KEY_STORE', () => store.get(scope, 'ecdsap256'));
      refused('ERR_TB_KEY_STORE', () => store.add(scope, 'ecdsap256', privateKey()));
    });

    it('wrong arguments', () => {
      for (const folder of [undefined, null, 7, {}, new URL('file:///tmp/x')]) {
        assert.throws(() => new FileKeyStore(folder as never), TypeError);
      }
      assert.throws(() => new FileKeyStore(''), RangeError);
      for (const passphrase of [7, null, Buffer.from('x')]) {
        assert.throws(
          () => new FileKeyStore(newFolder(), { passphrase: passphrase as never }),
          TypeError,
        );
      }
      for (const options of [
        null,
        7,
        'p',
        { passPhrase: 'p' },
        Object.create({ passphrase: 'p' }),
      ]) {
        assert.throws(() => new FileKeyStore(newFolder(), options as never), TypeError);
      }
      for (const passphrase of ['', 'p'.repeat(1025), '\u00e9'.repeat(600), '\ud800']) {
        assert.throws(() => new FileKeyStore(newFolder(), { passphrase }), RangeError);
      }
      filled('p'.repeat(1024));
    });
  });

  it('ignores a passphrase on Object.prototype', async () => {
    const folder = newFolder();
    let store: FileKeyStore | undefined;
    await pollute({ passphrase: 'correct horse' }, () => {
      store = new FileKeyStore(folder);
    });
    store?.add('example.com', 'ecdsap256', privateKey());
    assert.match(readFileSync(fileOf(folder), 'utf8'), /^-----BEGIN PRIVATE KEY-----/);
  });

  it('reveals no passphrase in inspect or JSON', () => {
    const store = new FileKeyStore(newFolder(), { passphrase: 'correct horse' });
    const shown = inspect(store, { depth: 10, showHidden: true }) + JSON.stringify(store);
    assert.ok(!shown.includes('correct horse'));
  });

  it('follows a symbolic link to a folder of its owner', { skip: !posix }, () => {
    const { folder, key } = filled();
    const link = join(root, `link-${folders++}`);
    symlinkSync(folder, link);
    assert.ok(new FileKeyStore(link).get('example.com', 'ecdsap256')?.equals(key));
  });
});
