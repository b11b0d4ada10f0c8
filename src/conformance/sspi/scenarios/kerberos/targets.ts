import { expectRefused } from '../../../outcome.js';
import type { ContextSetup } from '../../exchange.js';
import { afterCleanHandshake, type Scenario } from '../../scenario.js';

/** A target that no domain has. */
const UNKNOWN = 'HTTP/unknown.conformance.invalid';

/** Wrong targets. They are the client's: on Windows the operating system decides which ones a server has. */
export function* kerberosTargets(): Generator<Scenario> {
  yield wrongTarget('unknown', 'the client requests an unknown target', 'RFC 4120 3.3.3', {
    initialize: { target: UNKNOWN },
  });
  yield wrongTarget('none', 'the client requests no target', 'sspi.h, SEC_E_TARGET_UNKNOWN', {
    initialize: { target: undefined },
  });
}

/** The ticket is for the service and not for the targets of the server, which is the portable provider. */
export function* otherTarget(): Generator<Scenario> {
  yield wrongTarget('other', 'the server has another target', 'RFC 4120 3.2.3', {
    accept: { targets: [UNKNOWN] },
  });
}

function wrongTarget(id: string, title: string, clause: string, setup: ContextSetup): Scenario {
  return {
    id: `target/${id}`,
    title,
    call: 'step',
    failsLogon: false,
    expected: expectRefused(clause),
    prepare: (exchange) => afterCleanHandshake(exchange, setup),
  };
}
