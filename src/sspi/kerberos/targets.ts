import { quoteName } from '../control-characters.js';
import { SspiError } from '../error.js';
import { clientTargetsOf } from './authenticator-data.js';
import type { Authenticator } from './messages/ap-request.js';
import type { PrincipalName } from './messages/principal-name.js';
import type { Ticket } from './messages/ticket.js';

// The targets of a service, which an acceptor may name.

/** Whether a name is one of the targets, in any case. A component with a slash would read as two. */
export function isTarget({ nameString }: PrincipalName, targets: readonly string[]): boolean {
  return !nameString.some((part) => part.includes('/')) && includes(targets, nameString.join('/'));
}

/**
 * Checks the name of the service in a ticket. It is outside the encryption and proves nothing: only the key of the
 * service does.
 *
 * @throws SspiError SEC_E_WRONG_PRINCIPAL
 */
export function checkService({ sname }: Ticket, targets: readonly string[]): void {
  if (!isTarget(sname, targets)) throw wrongTarget('the ticket is for', sname.nameString.join('/'));
}

/**
 * Checks the target that the client names under its session key, if it does (MS-KILE 3.2.5.8). Only this tells apart
 * services with one key.
 *
 * @throws SspiError SEC_E_WRONG_PRINCIPAL
 */
export function checkClientTarget(authenticator: Authenticator, targets: readonly string[]): void {
  // The realm follows the last at sign. A name without one stays as it is.
  const names = clientTargetsOf(authenticator).map((target) => target.replace(/@[^@]*$/, ''));
  const wrong = names.find((name) => !includes(targets, name));
  if (wrong !== undefined) throw wrongTarget('the client means', wrong);
}

function includes(targets: readonly string[], name: string): boolean {
  return targets.some((target) => target.toLowerCase() === name.toLowerCase());
}

function wrongTarget(how: string, name: string): SspiError {
  const problem = `${how} ${quoteName(name) ?? 'another service'}, which is not in the option targets`;
  return new SspiError('SEC_E_WRONG_PRINCIPAL', problem);
}
