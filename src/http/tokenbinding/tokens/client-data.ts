import { checkBytes, readOwnProperties } from '../../../bytes/check.js';
import { checkIdentifier } from './check-identifier.js';
import { mismatch } from './mismatch.js';
import { isIdentifier } from './same-identifier.js';

/**
 * Verifies the member `tokenBinding` of the client data of WebAuthn (Level 2, 5.8.1; 7.1 step 10 and 7.2 step 14): its
 * state must be that of the connection, and its `id` the key that the request has proven. Level 3 no longer has it.
 *
 * - The request has proven a key: the status must be `present`, and `id` that key.
 * - It has proven none: the status must not be `present`. The member may be missing.
 *
 * It checks nothing else. Verify the signature of the authenticator over the client data, too.
 *
 * @param clientDataJSON of the response of the authenticator
 * @param identifier `request.tokenBinding?.provided.identifier`; undefined if the request has proven no key
 * @throws TypeError for a wrong argument
 * @throws HttpTokenBindingError ERR_HTTP_TB_MISMATCH
 *
 * @example
 * import { generateIdForUri } from 'tokenbinding';
 * import { verifyClientData } from 'tokenbinding/http';
 * import { encodeBase64url } from 'tokenbinding/wire';
 *
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://server.example.com/');
 * const tokenBinding = { status: 'present', id: encodeBase64url(identifier) };
 * const json = JSON.stringify({ type: 'webauthn.get', tokenBinding });
 * verifyClientData(new TextEncoder().encode(json), identifier);
 */
export function verifyClientData(
  clientDataJSON: Uint8Array,
  identifier: Uint8Array | undefined,
): void {
  const bytes = checkBytes('clientDataJSON', clientDataJSON);
  const key = identifier === undefined ? undefined : checkIdentifier('identifier', identifier);
  const { tokenBinding } = readMembers('the client data', parse(bytes), ['tokenBinding']);
  const { status, id } =
    tokenBinding === undefined
      ? {}
      : readMembers('the member tokenBinding', tokenBinding, ['status', 'id']);
  // A status that is not known counts as a missing member.
  const isPresent = status === 'present';
  if (key === undefined) {
    if (isPresent) throw mismatch('the client data has a key, and the request has proven none');
    return;
  }
  if (!isPresent) throw mismatch('the client data has no key, and the request has proven one');
  if (!isIdentifier(id, key)) throw mismatch('the client data has another key');
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw mismatch('the client data is no JSON in UTF-8');
  }
}

function readMembers<const Name extends string>(
  name: string,
  value: unknown,
  members: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw mismatch(`${name} is no object`);
  return readOwnProperties(name, value, members);
}
