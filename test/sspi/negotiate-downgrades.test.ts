import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { encodeGssToken, TOKEN_ID } from '../../src/sspi/kerberos/messages/gss-token.js';
import { encodeKrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import type { Handshake } from '../../src/sspi/session.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
  NTLM,
} from '../../src/sspi/spnego/token.js';
import type { ContextFlag } from '../../src/sspi.js';
import { SspiError, type SspiErrorCode } from '../../src/sspi.js';
import { issueTicket, REALM, SERVICE } from '../support/kerberos-ticket.js';
import {
  BOTH,
  type ClientOptions,
  changeOffer,
  changeResp,
  KERBEROS,
  KERBEROS_ONLY,
  KEY,
  NTLM_ONLY,
  newClient,
  newServer,
  type Secrets,
} from '../support/negotiate.js';
import { ascii, flipped, handshake, sspiRejected, type Tamper } from '../support/sspi.js';

const MUTUAL: readonly ContextFlag[] = ['integrity', 'mutual-auth'];
const NEGOEX = '2b06010401823702021e';
/** The code of the attacked handshake, whichever side finds it. */
async function attack(
  code: SspiErrorCode,
  tamper: Tamper,
  { secrets = BOTH, ...client }: ClientOptions & { secrets?: Secrets } = {},
): Promise<SspiError> {
  const both = { client: newClient(client), server: await newServer(secrets) };
  return sspiRejected(code, handshake(both, tamper));
}

/** A client whose Kerberos authenticates the server too, although it also offers NTLM. */
const mutualKerberos = () =>
  new KerberosInitiator(issueTicket(KEY), { flags: MUTUAL, allowWeak: [] });

const and =
  (...tampers: Tamper[]): Tamper =>
  (token, index) =>
    tampers.reduce((bytes, tamper) => tamper(bytes, index), token);
const withoutToken: Tamper = (token, index) => {
  if (index !== 0) return token;
  const list = encodeMechTypeList(decodeNegTokenInit(token).mechTypes);
  return encodeNegTokenInit(list, undefined);
};

const krbError = (errorCode: number) =>
  encodeGssToken(
    TOKEN_ID['KRB-ERROR'],
    encodeKrbError({ stime: 1, susec: 0, errorCode, realm: REALM, sname: SERVICE }),
  );

describe('an attacker who alters the list of mechanisms', () => {
  it('cannot remove Kerberos from it', async () => {
    const removed = changeOffer(() => [NTLM]);
    // NTLM gets the token of Kerberos.
    await attack('SEC_E_INVALID_TOKEN', removed);
    await attack('SEC_E_MESSAGE_ALTERED', and(removed, withoutToken));
    await attack('SEC_E_MESSAGE_ALTERED', and(removed, withoutToken), { secrets: NTLM_ONLY });
    // The server still has Kerberos, and the client never offers NTLM.
    await attack('SEC_E_SECPKG_NOT_FOUND', and(removed, withoutToken), { flags: MUTUAL });
  });

  it('cannot change its order', async () => {
    const reversed = changeOffer(() => [NTLM, KERBEROS]);
    await attack('SEC_E_INVALID_TOKEN', reversed);
    await attack('SEC_E_MESSAGE_ALTERED', and(reversed, withoutToken));
    const swapped = changeOffer(() => [KERBEROS, NTLM]);
    const ntlmFirst: ClientOptions = { mechanisms: ['NTLM', 'Kerberos'] };
    await attack('SEC_E_INVALID_TOKEN', swapped, ntlmFirst);
    await attack('SEC_E_MESSAGE_ALTERED', and(swapped, withoutToken), ntlmFirst);
  });

  it('cannot put another mechanism first', async () => {
    const prepended = changeOffer((list) => [NEGOEX, ...list]);
    await attack('SEC_E_MESSAGE_ALTERED', prepended);
    // The server ignores the token of another mechanism, and does not answer it.
    await attack('SEC_E_INVALID_TOKEN', prepended, { flags: MUTUAL });
    await attack('SEC_E_INVALID_TOKEN', prepended, { mechanisms: ['NTLM'] });
    await attack('SEC_E_MESSAGE_ALTERED', prepended, { secrets: NTLM_ONLY });
  });

  it('changes nothing by a mechanism at the end', async () => {
    const appended = changeOffer((list) => [...list, NEGOEX]);
    const server = await newServer();
    await handshake({ client: newClient({ flags: MUTUAL }), server }, appended);
    assert.equal(server.queryContextAttributes('negotiationInfo').package.name, 'Kerberos');
    await attack('SEC_E_MESSAGE_ALTERED', appended, { mechanisms: ['NTLM'] });
    await attack('SEC_E_MESSAGE_ALTERED', appended, { secrets: NTLM_ONLY });
  });
});

describe('an attacker who alters the choice of the server', () => {
  it('cannot choose what was not offered', async () => {
    const choose = (supportedMech: string) => changeResp(1, (resp) => ({ ...resp, supportedMech }));
    await attack('SEC_E_SECPKG_NOT_FOUND', choose(NEGOEX));
    await attack('SEC_E_SECPKG_NOT_FOUND', choose(NTLM), { flags: MUTUAL });
    await attack('SEC_E_SECPKG_NOT_FOUND', choose(NTLM), { mechanisms: ['Kerberos'] });
    await attack('SEC_E_SECPKG_NOT_FOUND', choose(NTLM), { flags: [] });
    await attack('SEC_E_SECPKG_NOT_FOUND', choose(KERBEROS), { mechanisms: ['NTLM'] });
  });

  it('cannot choose NTLM in the place of Kerberos', async () => {
    const chooseNtlm = (resp: Partial<NegTokenResp>) =>
      changeResp(1, () => ({ negState: 'request-mic', supportedMech: NTLM, ...resp }));
    // The server gets a NEGOTIATE_MESSAGE in the place of mechListMIC, or after the end.
    await attack('SEC_E_INVALID_HANDLE', chooseNtlm({}));
    await attack('SEC_E_INVALID_TOKEN', chooseNtlm({ negState: 'accept-completed' }));
    await attack('SEC_E_INVALID_TOKEN', chooseNtlm({ responseToken: ascii('NTLMSSP\0') }));
    // The attacker negotiates NTLM with the server in the client's name.
    const relayed: Tamper = and(
      changeOffer(() => [NTLM]),
      withoutToken,
    );
    await attack('SEC_E_MESSAGE_ALTERED', relayed, { kerberos: mutualKerberos() });
  });

  it('cannot change it in a later token', async () => {
    for (const [which, supportedMech] of [
      [3, KERBEROS],
      [5, KERBEROS],
      [3, NEGOEX],
      [2, KERBEROS],
      [4, KERBEROS],
    ] as const) {
      const changed = changeResp(which, (resp) => ({ ...resp, supportedMech }));
      await attack('SEC_E_SECPKG_NOT_FOUND', changed, { secrets: NTLM_ONLY });
    }
  });

  it('ends the handshake by a rejection, and starts no other mechanism', async () => {
    for (const which of [1, 2, 3, 4, 5]) {
      const rejected = changeResp(which, (resp) => ({ ...resp, negState: 'reject' }));
      await attack('SEC_E_LOGON_DENIED', rejected, { secrets: NTLM_ONLY });
    }
    const rejected = changeResp(1, () => ({ negState: 'reject' }));
    await attack('SEC_E_LOGON_DENIED', rejected, { flags: MUTUAL });
    const chosen = changeResp(1, () => ({ negState: 'reject', supportedMech: NTLM }));
    await attack('SEC_E_LOGON_DENIED', chosen);
  });

  it('cannot leave the proof of the server out', async () => {
    for (const negState of ['accept-completed', 'accept-incomplete', 'request-mic'] as const) {
      for (const responseToken of [undefined, ascii('')]) {
        const cut = changeResp(1, (resp) => ({ ...resp, negState, responseToken }));
        await attack('SEC_E_INVALID_TOKEN', cut, { flags: MUTUAL });
      }
    }
    for (const bit of [8, 300, 700]) {
      const altered = changeResp(1, ({ responseToken = ascii(''), ...resp }) => ({
        ...resp,
        responseToken: flipped(responseToken, bit),
      }));
      const both = { client: newClient({ flags: MUTUAL }), server: await newServer() };
      await assert.rejects(handshake(both, altered), SspiError);
    }
  });

  it('cannot add a token after the last one, or leave the handshake open', async () => {
    const added = changeResp(1, (resp) => ({ ...resp, responseToken: ascii('more') }));
    await attack('SEC_E_INVALID_TOKEN', added);
    const open = changeResp(1, (resp) => ({ ...resp, negState: 'accept-incomplete' }));
    await attack('SEC_E_INVALID_TOKEN', open);
    await attack('SEC_E_INVALID_TOKEN', open, { flags: MUTUAL });
  });

  it('sends a KRB-ERROR, whose code is the result', async () => {
    const answer = (negState: NegTokenResp['negState'], code: number) =>
      changeResp(1, (resp) => ({ ...resp, negState, responseToken: krbError(code) }));
    for (const negState of ['accept-completed', 'accept-incomplete', 'reject'] as const) {
      await attack('SEC_E_TIME_SKEW', answer(negState, 37), { flags: MUTUAL });
      await attack('SEC_E_MESSAGE_ALTERED', answer(negState, 41), { kerberos: mutualKerberos() });
    }
    const bare: Tamper = (token, index) => (index === 1 ? krbError(37) : token);
    await attack('SEC_E_INVALID_TOKEN', bare, { flags: MUTUAL });
  });
});

describe('an attacker who alters mechListMIC', () => {
  /** The handshakes with MICs, and the index of each token that has one. */
  const HANDSHAKES: readonly [ClientOptions & { secrets: Secrets }, readonly number[]][] = [
    [{ secrets: NTLM_ONLY }, [4, 5]],
    [{ secrets: KERBEROS_ONLY, mechanisms: ['NTLM', 'Kerberos'] }, [2, 3]],
    [{ secrets: { ...BOTH, negotiate: ['NTLM', 'Kerberos'] } }, [1, 2]],
    [{ secrets: { ...BOTH, negotiate: ['NTLM', 'Kerberos'] }, flags: MUTUAL }, [1, 2]],
  ];
  const mutual = (): [ClientOptions & { secrets: Secrets }, readonly number[]] => [
    { secrets: KERBEROS_ONLY, mechanisms: ['NTLM', 'Kerberos'], kerberos: mutualKerberos() },
    [3, 4],
  ];

  it('cannot remove it', async () => {
    for (let index = 0; index <= HANDSHAKES.length; index++) {
      for (const position of [0, 1]) {
        const [setting, places] = HANDSHAKES[index] ?? mutual();
        const place = places[position] as number;
        const removed = changeResp(place, ({ mechListMIC: _, ...resp }) => resp);
        await attack('SEC_E_MESSAGE_ALTERED', removed, setting);
      }
    }
  });

  it('cannot request one that nobody makes', async () => {
    const requested = changeResp(1, (resp) => ({ ...resp, negState: 'request-mic' }));
    await attack('SEC_E_MESSAGE_ALTERED', requested);
    await attack('SEC_E_MESSAGE_ALTERED', requested, { flags: MUTUAL });
    // NTLM has MICs anyway.
    const server = await newServer(NTLM_ONLY);
    await handshake({ client: newClient({ mechanisms: ['NTLM'] }), server }, requested);
  });

  it('cannot change a bit of it', async () => {
    for (let index = 0; index <= HANDSHAKES.length; index++) {
      for (const position of [0, 1]) {
        for (const bit of [7, 15, 16, 64, 120, 127]) {
          const [setting, places] = HANDSHAKES[index] ?? mutual();
          const place = places[position] as number;
          const altered = changeResp(place, ({ mechListMIC = ascii(''), ...resp }) => ({
            ...resp,
            mechListMIC: flipped(mechListMIC, bit),
          }));
          await attack('SEC_E_MESSAGE_ALTERED', altered, setting);
        }
      }
    }
  });

  it('cannot use that of another context, or of the other side', async () => {
    for (let index = 0; index <= HANDSHAKES.length; index++) {
      const seen: (Uint8Array | undefined)[] = [];
      const [first] = HANDSHAKES[index] ?? mutual();
      const both = { client: newClient(first), server: await newServer(first.secrets) };
      await handshake(both, (token, leg) => {
        seen.push(leg === 0 ? undefined : decodeNegTokenResp(token).mechListMIC);
        return token;
      });
      for (const position of [0, 1]) {
        const [setting, places] = HANDSHAKES[index] ?? mutual();
        const place = places[position] as number;
        const foreign = changeResp(place, (resp) => ({ ...resp, mechListMIC: seen[place] }));
        await attack('SEC_E_MESSAGE_ALTERED', foreign, setting);
      }
      // Reflected: the first MIC in the place of the answer to it.
      let own: Uint8Array | undefined;
      const [setting, [one, two] = []] = HANDSHAKES[index] ?? mutual();
      const reflected = and(
        changeResp(one as number, (resp) => {
          own = resp.mechListMIC;
          return resp;
        }),
        changeResp(two as number, (resp) => ({ ...resp, mechListMIC: own })),
      );
      await attack('SEC_E_MESSAGE_ALTERED', reflected, setting);
    }
  });

  it('cannot add one', async () => {
    const added = changeResp(1, (resp) => ({ ...resp, mechListMIC: new Uint8Array(28) }));
    await attack('SEC_E_MESSAGE_ALTERED', added);
    await attack('SEC_E_MESSAGE_ALTERED', added, { flags: MUTUAL });
  });

  it('cannot send a message of the context in its place', async () => {
    // The first signature of a context is over a message that the application chose.
    const client = newClient({ mechanisms: ['NTLM', 'Kerberos'] });
    const server = await newServer(KERBEROS_ONLY);
    await handshake({ client, server });
    const signature = client.makeSignature(ascii('message'));
    const replaced = changeResp(2, (resp) => ({ ...resp, mechListMIC: signature }));
    await attack('SEC_E_MESSAGE_ALTERED', replaced, {
      mechanisms: ['NTLM', 'Kerberos'],
      secrets: KERBEROS_ONLY,
    });
  });
});

describe('a client whose Kerberos cannot begin', () => {
  /** Kerberos without a ticket. */
  const failing = (error: Error): Handshake => ({
    step: () => Promise.reject(error),
    session: undefined,
    close: () => {},
  });

  it('goes on with NTLM if the service, the KDC or the tickets are missing', async () => {
    for (const code of [
      'SEC_E_TARGET_UNKNOWN',
      'SEC_E_NO_AUTHENTICATING_AUTHORITY',
      'SEC_E_NO_CREDENTIALS',
    ] as const) {
      const kerberos = failing(new SspiError(code, 'missing'));
      const client = newClient({ kerberos });
      const offered: string[][] = [];
      await handshake({ client, server: await newServer() }, (token, index) => {
        if (index === 0) offered.push([...decodeNegTokenInit(token).mechTypes]);
        return token;
      });
      assert.deepEqual(offered, [[NTLM]]);
      assert.equal(client.queryContextAttributes('negotiationInfo').package.name, 'NTLM');
      await sspiRejected(code, newClient({ kerberos, flags: MUTUAL }).step());
      await sspiRejected(code, newClient({ kerberos, mechanisms: ['Kerberos'] }).step());
      await sspiRejected(
        code,
        newClient({ kerberos, mechanisms: ['NTLM', 'Kerberos'] })
          .step()
          .then(async ({ token }) => {
            const client = newClient({ kerberos, mechanisms: ['NTLM', 'Kerberos'] });
            await client.step();
            const answer = await (await newServer(KERBEROS_ONLY)).step(token);
            return client.step(answer.token);
          }),
      );
    }
  });

  it('fails for every other reason, and sends no token', async () => {
    for (const code of [
      'SEC_E_LOGON_DENIED',
      'SEC_E_TIME_SKEW',
      'SEC_E_MESSAGE_ALTERED',
      'SEC_E_INVALID_TOKEN',
      'SEC_E_KDC_UNKNOWN_ETYPE',
      'SEC_E_WRONG_PRINCIPAL',
      'SEC_E_UNSUPPORTED_FUNCTION',
    ] as const) {
      const kerberos = failing(new SspiError(code, 'refused'));
      await sspiRejected(code, newClient({ kerberos }).step());
    }
    await assert.rejects(newClient({ kerberos: failing(new TypeError('x')) }).step(), TypeError);
  });
});

describe('a server of both mechanisms', () => {
  it('ends with the first token that fails', async () => {
    const { token } = await newClient().step();
    const { mechToken = token, mechTypeList } = decodeNegTokenInit(token);
    const server = await newServer();
    await assert.rejects(
      server.step(encodeNegTokenInit(mechTypeList, flipped(mechToken, 8 * mechToken.length - 1))),
      { code: 'SEC_E_MESSAGE_ALTERED' },
    );
    const hello = (await newClient({ mechanisms: ['NTLM'] }).step()).token;
    await sspiRejected('SEC_E_INVALID_HANDLE', server.step(hello));
  });

  it('takes no token of the mechanism that was not chosen', async () => {
    const ntlm = newClient({ mechanisms: ['NTLM'] });
    const server = await newServer();
    await server.step((await ntlm.step()).token);
    const { mechToken } = decodeNegTokenInit((await newClient().step()).token);
    const resp = encodeNegTokenResp({ responseToken: mechToken });
    await sspiRejected('SEC_E_INVALID_TOKEN', server.step(resp));
    const other = await newServer();
    await other.step(encodeNegTokenInit(encodeMechTypeList([NEGOEX, KERBEROS]), ascii('x')));
    const hello = decodeNegTokenInit((await newClient({ mechanisms: ['NTLM'] }).step()).token);
    const wrong = encodeNegTokenResp({ responseToken: hello.mechToken });
    await sspiRejected('SEC_E_INVALID_TOKEN', other.step(wrong));
  });
});
