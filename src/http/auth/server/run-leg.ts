import type { SecurityContext } from '../../../sspi/security-context.js';
import { encodeToken } from '../scheme.js';
import { isLaterToken } from './authorization.js';
import { dropBody } from './drop-body.js';
import type { Exchange } from './exchange.js';
import { type Handshake, HandshakeEnded } from './handshake.js';
import { type HttpAuth, type Identity, identityOf, newAuth } from './identity.js';
import {
  BODY_TOO_LONG,
  type Refusal,
  refusalOf,
  ServerFailure,
  TOO_MANY_LEGS,
  UPGRADE_NEEDS_CONNECTION,
} from './refusal.js';
import type { Settings } from './settings.js';

/** A message of a client, and what is needed to answer it. */
interface Leg {
  readonly token: Uint8Array;
  /** Makes the context, for the first leg. */
  readonly create: () => Promise<SecurityContext>;
  readonly settings: Settings;
}

type LegResult =
  /** The client is to continue with its next token. */
  | { readonly kind: 'continues'; readonly challenge: string }
  /** The client is gone. */
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'complete';
      readonly identity: Identity;
      readonly auth: HttpAuth;
      readonly persists: boolean;
    };

/** Takes one token of a handshake, which ends here unless it needs another one. */
export async function runLeg(
  exchange: Exchange,
  handshake: Handshake,
  leg: Leg,
): Promise<LegResult> {
  handshake.isBusy = true;
  handshake.legs += 1;
  try {
    if (handshake.legs > leg.settings.limits.legs) return refuse(handshake, TOO_MANY_LEGS);
    const context = await handshake.context(leg.create);
    const { token, done } = await handshake.during(context.step(leg.token));
    if (!done) return await challenge(exchange, handshake, token, leg.settings);
    return await complete(exchange, handshake, context, token, leg.settings);
  } catch (error) {
    if (error instanceof HandshakeEnded && error.end === 'disconnected')
      return { kind: 'disconnected' };
    const isMisplaced = handshake.legs === 1 && isLaterToken(leg.token);
    return refuse(handshake, refusalOf(error, isMisplaced));
  }
}

function refuse(handshake: Handshake, refusal: Refusal): LegResult {
  handshake.end('failed');
  return { kind: 'refused', refusal };
}

async function challenge(
  exchange: Exchange,
  handshake: Handshake,
  token: Uint8Array,
  { limits }: Settings,
): Promise<LegResult> {
  if (exchange.isUpgrade) return refuse(handshake, UPGRADE_NEEDS_CONNECTION);
  const isReusable = await handshake.during(dropBody(exchange.request, limits));
  if (!isReusable) return refuse(handshake, BODY_TOO_LONG);
  handshake.isBusy = false;
  return { kind: 'continues', challenge: encodeToken(handshake.scheme, token) };
}

async function complete(
  exchange: Exchange,
  handshake: Handshake,
  context: SecurityContext,
  token: Uint8Array,
  { sspi, persist, persistentAuthField }: Settings,
): Promise<LegResult> {
  const { scheme } = handshake;
  const identity = identityOf(context, scheme, sspi.provider.name === 'windows');
  const persists = persist.includes(identity.package);
  const auth = newAuth(identity, false);
  const fields: [string, string][] = [];
  if (token.length > 0) fields.push(['WWW-Authenticate', encodeToken(scheme, token)]);
  if (persistentAuthField) fields.push(['Persistent-Auth', String(persists)]);
  // The handshake is busy until the application has finished: another request still ends it.
  await handshake.during(admit(exchange, auth, fields));
  handshake.end('complete');
  return { kind: 'complete', identity, auth, persists };
}

async function admit(
  exchange: Exchange,
  auth: HttpAuth,
  fields: readonly (readonly [string, string])[],
): Promise<void> {
  try {
    await exchange.complete(auth, fields);
  } catch (error) {
    throw new ServerFailure('failed', error);
  }
}
