import type { SecurityContext } from '../../../sspi/security-context.js';
import { content } from '../protection.js';
import { isRefused, passes, type Scenario } from '../scenario.js';
import { carry, type Stage } from '../stage.js';

const message = content(10);
const token = new Uint8Array(16);

/** Calls that are made at the wrong time, which sspi.h has SEC_E_INVALID_HANDLE for. */
export function* order(): Generator<Scenario> {
  for (const [call, use] of USES) {
    yield late(`before-done/${call}`, `${call} before the handshake`, call, use, async (stage) => {
      return (await stage.contexts()).tested;
    });
    yield late(`after-close/${call}`, `${call} after close`, call, use, async (stage) => {
      const { tested } = await stage.handshake();
      tested.close();
      return tested;
    });
  }
  yield late('after-done/step', 'step after it was done', 'step', step, async (stage) => {
    return (await stage.handshake()).tested;
  });
  yield late('after-close/step', 'step after close', 'step', step, async (stage) => {
    const { tested } = await stage.contexts();
    tested.close();
    return tested;
  });
  yield late('after-failure/step', 'step after one that was refused', 'step', step, afterFailure);
  yield late(
    'after-failure/makeSignature',
    'makeSignature after a handshake that failed',
    'makeSignature',
    USES[1][1],
    afterFailure,
  );
  yield* closing();
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

async function afterFailure(stage: Stage): Promise<SecurityContext> {
  const { tested, client } = await stage.contexts();
  if (tested === client) await client.step();
  await tested.step(Buffer.from('no token of anybody')).catch(() => {});
  return tested;
}

function late(
  id: string,
  title: string,
  call: Scenario['call'],
  use: Use,
  reach: (stage: Stage) => Promise<SecurityContext>,
): Scenario {
  return {
    id: `order/${id}`,
    title,
    call,
    failsLogon: false,
    expected: isRefused('sspi.h: SEC_E_INVALID_HANDLE'),
    prepare: async (stage) => {
      const context = await reach(stage);
      return async () => {
        await use(context);
        return undefined;
      };
    },
  };
}

function* closing(): Generator<Scenario> {
  yield {
    id: 'order/closed-twice',
    title: 'close after close',
    call: 'close',
    failsLogon: false,
    expected: passes('sspi.h'),
    prepare: async (stage) => {
      const { tested } = await stage.handshake();
      tested.close();
      return () => {
        tested.close();
        return undefined;
      };
    },
  };
  yield {
    id: 'order/closed-credentials',
    title: 'a context of credentials that are closed',
    call: 'initializeSecurityContext',
    failsLogon: false,
    expected: isRefused('sspi.h: SEC_E_INVALID_HANDLE'),
    prepare: async (stage) => {
      const isClient = stage.role === 'client';
      const credentials = await (isClient ? stage.outbound() : stage.inbound());
      credentials.close();
      return () => {
        if (isClient) stage.initialize(credentials);
        else stage.accept(credentials);
        return undefined;
      };
    },
  };
  yield {
    id: 'order/credentials-closed-meanwhile',
    title: 'a handshake whose credentials are closed when it begins',
    call: 'step',
    failsLogon: false,
    expected: passes('sspi.h'),
    prepare: async (stage) => {
      const [outbound, inbound] = [await stage.outbound(), await stage.inbound()];
      const pair = { client: stage.initialize(outbound), server: stage.accept(inbound) };
      outbound.close();
      inbound.close();
      return async () => {
        await carry(pair);
        return undefined;
      };
    },
  };
}
