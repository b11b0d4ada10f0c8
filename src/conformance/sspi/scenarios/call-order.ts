import type { SecurityContext } from '../../../sspi/security-context.js';
import { expectAccepted, expectRefused } from '../../outcome.js';
import { type Exchange, exchangeTokens } from '../exchange.js';
import { testBytes } from '../protection.js';
import type { Scenario } from '../scenario.js';

const message = testBytes(10);
const token = new Uint8Array(16);

/** Calls in the wrong state of a context, for which sspi.h has SEC_E_INVALID_HANDLE. */
export function* callOrder(): Generator<Scenario> {
  for (const [call, use] of USES) {
    const early = `${call} before the handshake`;
    yield inWrongState(`before-done/${call}`, early, call, use, async (exchange) => {
      return (await exchange.makeContexts()).tested;
    });
    yield inWrongState(
      `after-close/${call}`,
      `${call} after close`,
      call,
      use,
      closeAfterHandshake,
    );
  }
  yield inWrongState(
    'after-done/step',
    'step after the handshake',
    'step',
    step,
    async (exchange) => (await exchange.shakeHands()).tested,
  );
  yield inWrongState('after-close/step', 'step after close', 'step', step, async (exchange) => {
    const { tested } = await exchange.makeContexts();
    tested.close();
    return tested;
  });
  yield inWrongState(
    'after-failure/step',
    'step after a refused step',
    'step',
    step,
    failHandshake,
  );
  yield inWrongState(
    'after-failure/makeSignature',
    'makeSignature after a failed handshake',
    'makeSignature',
    USES[1][1],
    failHandshake,
  );
  yield closeTwice;
  yield useClosedCredentials;
  yield closeCredentialsEarly;
}

type Use = (context: SecurityContext) => unknown;

const step: Use = (context) => context.step(message);

const USES = [
  ['queryContextAttributes', (context) => context.queryContextAttributes('sizes')],
  ['makeSignature', (context) => context.makeSignature(message)],
  ['verifySignature', (context) => context.verifySignature(message, token)],
  ['encryptMessage', (context) => context.encryptMessage(message)],
  ['decryptMessage', (context) => context.decryptMessage({ trailer: token, data: message })],
] as const satisfies readonly (readonly [Scenario['call'], Use])[];

async function closeAfterHandshake(exchange: Exchange): Promise<SecurityContext> {
  const { tested } = await exchange.shakeHands();
  tested.close();
  return tested;
}

async function failHandshake(exchange: Exchange): Promise<SecurityContext> {
  const { tested, client } = await exchange.makeContexts();
  if (tested === client) await client.step();
  await tested.step(Buffer.from('no token')).catch(() => {});
  return tested;
}

/** @param reach brings a context of the tested side into the state */
function inWrongState(
  id: string,
  title: string,
  call: Scenario['call'],
  use: Use,
  reach: (exchange: Exchange) => Promise<SecurityContext>,
): Scenario {
  return {
    id: `order/${id}`,
    title,
    call,
    failsLogon: false,
    expected: expectRefused('sspi.h: SEC_E_INVALID_HANDLE'),
    prepare: async (exchange) => {
      const context = await reach(exchange);
      return async () => {
        await use(context);
        return undefined;
      };
    },
  };
}

const closeTwice: Scenario = {
  id: 'order/closed-twice',
  title: 'close after close',
  call: 'close',
  failsLogon: false,
  expected: expectAccepted('sspi.h'),
  prepare: async (exchange) => {
    const tested = await closeAfterHandshake(exchange);
    return () => {
      tested.close();
      return undefined;
    };
  },
};

const useClosedCredentials: Scenario = {
  id: 'order/closed-credentials',
  title: 'a new context with closed credentials',
  call: 'initializeSecurityContext',
  failsLogon: false,
  expected: expectRefused('sspi.h: SEC_E_INVALID_HANDLE'),
  prepare: async (exchange) => {
    const isClient = exchange.role === 'client';
    const credentials = await (isClient ? exchange.acquireOutbound() : exchange.acquireInbound());
    credentials.close();
    return () => {
      if (isClient) exchange.initialize(credentials);
      else exchange.accept(credentials);
      return undefined;
    };
  },
};

const closeCredentialsEarly: Scenario = {
  id: 'order/credentials-closed-meanwhile',
  title: 'a handshake whose credentials are closed before its first step',
  call: 'step',
  failsLogon: false,
  expected: expectAccepted('sspi.h'),
  prepare: async (exchange) => {
    const outbound = await exchange.acquireOutbound();
    const inbound = await exchange.acquireInbound();
    const pair = { client: exchange.initialize(outbound), server: exchange.accept(inbound) };
    outbound.close();
    inbound.close();
    return async () => {
      await exchangeTokens(pair);
      return undefined;
    };
  },
};
