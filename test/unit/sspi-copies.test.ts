import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkAccept, checkInitialize } from '../../src/sspi/arguments.js';
import { ContextFacade } from '../../src/sspi/context-facade.js';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { MessageSecurity, SIGNATURE_LENGTH } from '../../src/sspi/ntlm/message-security.js';
import type {
  MessageBuffer,
  MessageProtection,
  ProviderContext,
  SealedInput,
} from '../../src/sspi/provider.js';
import { hex } from '../support/ntlm.js';
import { ascii, sspiRefused } from '../support/sspi.js';

// Another thread may write to the caller's bytes during a call.

const MAX = 65_535;
const STRONG = flagsOf('NEGOTIATE_EXTENDED_SESSIONSECURITY', 'NEGOTIATE_KEY_EXCH', 'NEGOTIATE_128');
const SEALING = { encrypt: true, sequence: 0 };

/** A context that records the arguments of its calls. */
function recording(): { context: ContextFacade; given: Uint8Array[]; sealed: SealedInput[] } {
  const given: Uint8Array[] = [];
  const sealed: SealedInput[] = [];
  const messages: Partial<MessageProtection> = {
    verify: (_, signature) => void given.push(signature),
    decrypt: (input) => {
      sealed.push(input);
      return [new Uint8Array(0)];
    },
  };
  const work: Partial<ProviderContext> = {
    step: (token) => {
      given.push(token);
      return { token: new Uint8Array(0), done: true };
    },
    messages: messages as MessageProtection,
    close: () => {},
  };
  return { context: new ContextFacade(work as ProviderContext, false), given, sealed };
}

function assertCopy(copy: Uint8Array | undefined, original: Uint8Array): void {
  assert.ok(copy !== undefined);
  assert.deepEqual(Buffer.from(copy), Buffer.from(original));
  const before = hex(copy);
  original.fill(0xff);
  assert.equal(hex(copy), before);
}

describe('SSPI copies bytes that it reads more than once', () => {
  for (const length of [1, 16, 64, 65, 5000, MAX]) {
    it(`tokens, signatures, trailers and padding of ${length} bytes`, async () => {
      const { context, given, sealed } = recording();
      const bytes = () => Buffer.alloc(length, 7);
      const token = bytes();
      const stepping = context.step(token);
      assertCopy(given[0], token);
      await stepping;
      const [signature, other, trailer, padding] = [bytes(), bytes(), bytes(), bytes()];
      context.verifySignature(ascii('x'), signature);
      assertCopy(given[1], signature);
      context.verifySignatureBuffers([{ data: ascii('x') }], other);
      assertCopy(given[2], other);
      context.decryptMessage({ trailer, data: ascii('x'), padding });
      assertCopy(sealed[0]?.trailer, trailer);
      assertCopy(sealed[0]?.padding, padding);
      const [second, third] = [bytes(), bytes()];
      context.decryptMessageBuffers({ trailer: second, buffers: [], padding: third });
      assertCopy(sealed[1]?.trailer, second);
      assertCopy(sealed[1]?.padding, third);
    });
  }

  it('channel bindings', () => {
    for (const check of [checkInitialize, checkAccept]) {
      const channelBindings = Buffer.alloc(100, 7);
      assertCopy(check({ channelBindings }).channelBindings, channelBindings);
    }
  });

  it('only after it has checked the size', async () => {
    const { context, given, sealed } = recording();
    const long = new Uint8Array(MAX + 1);
    await assert.rejects(context.step(long), RangeError);
    await context.step(ascii('token'));
    const code = 'SEC_E_INVALID_TOKEN';
    const data = ascii('x');
    sspiRefused(code, () => context.verifySignature(data, long));
    sspiRefused(code, () => context.decryptMessage({ trailer: long, data }));
    sspiRefused(code, () => context.decryptMessage({ trailer: data, data, padding: long }));
    assert.deepEqual([given.length, sealed.length], [1, 0]);
  });

  it('the signature of a wrapped message', () => {
    const seen: Uint8Array[] = [];
    class Recording extends MessageSecurity {
      override decrypt({ trailer }: SealedInput): Uint8Array[] {
        seen.push(trailer);
        return [trailer];
      }
    }
    const wrapped = Buffer.alloc(100, 7);
    new Recording(new Uint8Array(16), STRONG, 'server').unwrap(wrapped, SEALING);
    assertCopy(seen[0], wrapped.subarray(0, SIGNATURE_LENGTH));
  });
});

/** Bytes that count how often each of them is read. */
function counted(bytes: Uint8Array): { buffer: MessageBuffer; reads: () => number[] } {
  const reads = new Array<number>(bytes.length).fill(0);
  const proxy = new Proxy(bytes, {
    get(target, name) {
      // Without one its items are read by their index.
      if (name === Symbol.iterator) return undefined;
      const index = typeof name === 'string' ? Number(name) : Number.NaN;
      if (Number.isInteger(index)) reads[index] = (reads[index] ?? 0) + 1;
      return Reflect.get(target, name, target);
    },
  });
  return { buffer: { bytes: proxy, flag: undefined }, reads: () => reads };
}

describe('SSPI reads each byte of a message once', () => {
  const message = ascii('a message');
  const securities = (flags: number) => {
    const key = new Uint8Array(16).fill(7);
    const client = new MessageSecurity(key, flags, 'client');
    return { client, server: new MessageSecurity(key, flags, 'server') };
  };
  const once = (buffers: readonly { reads: () => number[] }[]) => {
    for (const { reads } of buffers) assert.deepEqual(reads(), [...message].fill(1));
  };

  it('when it signs and verifies', () => {
    const { client, server } = securities(STRONG);
    for (const count of [1, 3]) {
      const [out, back] = [1, 2].map(() => Array.from({ length: count }, () => counted(message)));
      assert.ok(out !== undefined && back !== undefined);
      const signature = client.sign(
        out.map(({ buffer }) => buffer),
        0,
      );
      server.verify(
        back.map(({ buffer }) => buffer),
        signature,
        0,
      );
      once([...out, ...back]);
    }
  });

  for (const [name, flags] of Object.entries({ STRONG, WEAK: flagsOf('NEGOTIATE_KEY_EXCH') })) {
    it(`when it encrypts and decrypts, in read-only buffers too: ${name}`, () => {
      const { client, server } = securities(flags);
      for (const flag of [undefined, 'read-only'] as const) {
        const out = [counted(message), counted(message)];
        const buffers = out.map(({ buffer }, index) => (index ? { ...buffer, flag } : buffer));
        const { trailer, data } = client.encrypt(buffers, SEALING);
        const back = data.map((bytes) => counted(bytes));
        const received = back.map(({ buffer }, index) => (index ? { ...buffer, flag } : buffer));
        const opened = server.decrypt(
          { trailer, buffers: received, padding: new Uint8Array(0) },
          SEALING,
        );
        assert.deepEqual(opened, [message, message]);
        once([...out, ...back]);
      }
      const single = counted(message);
      client.encrypt([single.buffer], SEALING);
      once([single]);
    });
  }
});
