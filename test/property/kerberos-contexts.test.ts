import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KerberosAcceptor } from '../../src/sspi/kerberos/acceptor.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { MessageSecurity } from '../../src/sspi/kerberos/protection/message-security.js';
import { ReplayCache } from '../../src/sspi/kerberos/replay-cache.js';
import { SspiError, type SspiErrorCode } from '../../src/sspi.js';
import { etypeOf } from '../support/kerberos.js';
import { issueTicket, newServiceKey } from '../support/kerberos-ticket.js';
import { edited, edits, mutated } from '../support/mutations.js';
import { hex } from '../support/ntlm.js';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 4121), numRuns: 1000 });

const NOTHING = new Uint8Array(0);
const HANDSHAKE: readonly SspiErrorCode[] = [
  'SEC_E_INVALID_TOKEN',
  'SEC_E_MESSAGE_ALTERED',
  'SEC_E_SECPKG_NOT_FOUND',
  'SEC_E_KDC_UNKNOWN_ETYPE',
  'SEC_E_NO_KERB_KEY',
  'SEC_E_UNSUPPORTED_FUNCTION',
  'SEC_E_WRONG_PRINCIPAL',
  // KRB-ERROR
  'SEC_E_LOGON_DENIED',
];

/** Returns whether it throws nothing; it may throw one of these codes. */
function succeeds(work: () => unknown, codes: readonly SspiErrorCode[]): boolean {
  try {
    work();
    return true;
  } catch (error) {
    assert.ok(error instanceof SspiError && codes.includes(error.code), String(error));
    return false;
  }
}

const etypes = fc.constantFrom(17, 18, 19, 20);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

describe('properties of Kerberos contexts', () => {
  const key = newServiceKey(18);
  const ticket = issueTicket(key);
  const flags = ['integrity', 'confidentiality', 'mutual-auth'] as const;
  const newInitiator = () => new KerberosInitiator(ticket, { flags, allowWeak: [] });
  const newAcceptor = () =>
    new KerberosAcceptor(
      { keys: [key], replayCache: new ReplayCache(300), skew: 300 },
      { flags, channelBindingPolicy: 'require', allowWeak: [] },
    );

  it('mutated tokens of a handshake are rejected with a code of the list, or change nothing', () => {
    const initiator = newInitiator();
    const request = initiator.step(NOTHING).token;
    const answer = newAcceptor().step(request).token;
    fc.assert(
      fc.property(fc.oneof(mutated([request, answer]), bytes(200)), (token) => {
        const acceptor = newAcceptor();
        if (succeeds(() => acceptor.step(token), HANDSHAKE)) {
          assert.equal(acceptor.session?.userName, 'alice@EXAMPLE.TEST');
        }
        if (hex(token) === hex(answer) || initiator.session !== undefined) return;
        const accepted = succeeds(() => initiator.step(token), HANDSHAKE);
        // Only the OID is not protected, which has two values.
        if (accepted) assert.equal(hex(token.subarray(20)), hex(answer.subarray(20)));
      }),
      { numRuns: 3000 },
    );
  });

  it('messages of any length, in any parts, are opened as they were sealed', () => {
    const setting = fc.record({
      etype: etypes,
      parts: fc.array(bytes(100), { maxLength: 4 }),
      encrypt: fc.boolean(),
      first: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      changes: edits(1, 4),
      rotation: fc.integer({ min: 0, max: 0xffff }),
    });
    fc.assert(
      fc.property(setting, ({ etype, parts, encrypt, first, changes, rotation }) => {
        const common = ProtocolKey.generate(etypeOf(etype));
        const side = (role: 'initiator' | 'acceptor') =>
          new MessageSecurity({
            role,
            key: new ProtocolKey(common.etype, common.bytes),
            isAcceptorSubkey: true,
            isConfidential: true,
            firstSequence: { initiator: first, acceptor: 0 },
          });
        const [initiator, acceptor] = [side('initiator'), side('acceptor')];
        const sealing = { encrypt, sequence: 0 };
        const buffers = parts.map((part) => ({ bytes: part, flag: undefined }));
        const { trailer, data } = initiator.encrypt(buffers, sealing);
        const token = Buffer.concat([trailer, ...data]);
        const codes = ['SEC_E_MESSAGE_ALTERED', 'SEC_E_INVALID_TOKEN'] as const;
        const altered = edited(token, changes);
        const body = token.subarray(16);
        const shift = token.readUInt16BE(6) % body.length;
        const straight = Buffer.concat([body.subarray(shift), body.subarray(0, shift)]);
        const cut = body.length - (rotation % body.length);
        const rotated = Buffer.concat([
          token.subarray(0, 16),
          straight.subarray(cut),
          straight.subarray(0, cut),
        ]);
        rotated.writeUInt16BE(rotation, 6);
        // Nothing protects RRC: another count that rotates as far is the same message.
        const isSame = hex(altered.subarray(8)) === hex(token.subarray(8));
        if (!isSame)
          assert.equal(
            succeeds(() => acceptor.unwrap(altered, sealing), codes),
            false,
          );
        assert.equal(hex(acceptor.unwrap(rotated, sealing)), hex(Buffer.concat(parts)));
        const again = () => acceptor.unwrap(rotated, sealing);
        assert.throws(again, { code: 'SEC_E_OUT_OF_SEQUENCE' });
      }),
    );
  });
});
