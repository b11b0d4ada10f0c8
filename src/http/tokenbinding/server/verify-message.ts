import { Turns } from '../../../bytes/turns.js';
import { decodeBase64url } from '../../../tokenbinding/decode-base64url.js';
import { TokenBindingError } from '../../../tokenbinding/error.js';
import { readTokenBindingMessage } from '../../../tokenbinding/message.js';
import { HttpTokenBindingError } from '../error.js';
import { MESSAGE } from '../fields.js';
import type { Claim } from './connection.js';
import { type RequestBindings, requireTypes, sortBindings } from './request-bindings.js';
import { closedConnection } from './transport.js';

/**
 * Verifications of the process at a time, so that the thread pool of libuv keeps threads for others: each has at most two
 * signatures there.
 */
const turns = new Turns(2);

/**
 * @param isClosed whether nobody waits for the verdict any more: asked when its turn has come
 * @throws HttpTokenBindingError
 */
export async function verifyMessage(
  { field, keyType, provider, maxTokenBindings }: Claim,
  ekm: Uint8Array,
  isClosed: () => boolean = () => false,
): Promise<RequestBindings> {
  try {
    const message = decodeBase64url(field, MESSAGE);
    // Before any signature is checked: wrong ones would cost as much as right ones.
    requireTypes(readTokenBindingMessage(message));
    const expected = { keyType, ekm, maxTokenBindings };
    return sortBindings(await takeTurn(isClosed, () => provider.verifyMessage(message, expected)));
  } catch (error) {
    throw rejectionOf(error);
  }
}

async function takeTurn<Result>(
  isClosed: () => boolean,
  verify: () => Promise<Result>,
): Promise<Result> {
  await turns.take();
  try {
    if (isClosed()) throw closedConnection();
    return await verify();
  } finally {
    turns.end();
  }
}

/** A status of Windows is a rejection, too: Microsoft documents none. */
export function rejectionOf(error: unknown): HttpTokenBindingError {
  if (error instanceof HttpTokenBindingError) return error;
  if (error instanceof TokenBindingError) {
    return new HttpTokenBindingError('ERR_HTTP_TB_REJECTED', error.message, { cause: error });
  }
  return new HttpTokenBindingError('ERR_HTTP_TB_FAILED', 'the provider failed', { cause: error });
}
