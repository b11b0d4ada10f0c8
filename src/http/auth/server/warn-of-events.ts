import type { NegotiateEvent, NegotiateEventType } from './events.js';

/** The events that the operator must learn of: the clients cannot repair them. */
const PROBLEMS: Partial<Record<NegotiateEventType, string>> = {
  failed: 'A request was answered 500, because a function of the options of negotiate() failed',
  unavailable: 'A request was answered 503, because users cannot be authenticated now',
  forwarded: 'A request was answered 403, because it came through a proxy',
};

/** Makes what serves as `onEvent` without that option: it warns once of each type by process.emitWarning. */
export function newEventWarner(): (event: NegotiateEvent) => void {
  const warned = new Set<NegotiateEventType>();
  return ({ type, error, advice }) => {
    const problem = PROBLEMS[type];
    if (problem === undefined || warned.has(type)) return;
    warned.add(type);
    const cause = type === 'forwarded' ? '' : `: ${messageOf(error)}`;
    process.emitWarning(`${problem}${cause}.${advice === undefined ? '' : ` ${advice}`}`, {
      type: 'TokenBindingWarning',
      code: 'TOKENBINDING_HTTP_AUTH',
      detail: `There is no other warning of this type (${type}). The option onEvent gets all events.`,
    });
  };
}

/** The message, and that of the cause: an SspiError of `accounts` has what `accounts` threw. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'what was thrown is not an Error';
  const { message, cause } = error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
