/** The field of the client's message (RFC 8473 2). */
export const MESSAGE = 'Sec-Token-Binding';

/** Fields of draft-ietf-tokbind-ttrp-09 2.2. */
export const PROVIDED_ID = 'Sec-Provided-Token-Binding-ID';
export const REFERRED_ID = 'Sec-Referred-Token-Binding-ID';
export const OTHER_ID = 'Sec-Other-Token-Binding-ID';

/** The field of draft-campbell-tokbind-tls-term-00 2, with the prefix that mod_token_binding adds. */
export const CONTEXT = 'Sec-Token-Binding-Context';

/** RFC 8470 5.1. */
export const EARLY_DATA = 'Early-Data';

const OWN_NAMES: readonly string[] = [PROVIDED_ID, REFERRED_ID, OTHER_ID, CONTEXT].map((name) =>
  name.toLowerCase(),
);

/** The names without their separators; the first drafts had them without `Sec-`. */
const FOLDED = /^(?:sec)?(?:(?:provided|referred|other)tokenbindingid|tokenbindingcontext)$/;

/** The length of the shortest names that {@link FOLDED} matches. Every request has names, and most are shorter. */
const SHORTEST = 'othertokenbindingid'.length;

/**
 * Whether a field is one that only a reverse proxy may add, or can be taken for one: CGI, WSGI and PHP know
 * `Sec_Provided_Token_Binding_ID` and `Sec-Provided-Token-Binding-ID` by the same name.
 */
export function isProxyField(name: string): boolean {
  return name.length >= SHORTEST && FOLDED.test(foldName(name));
}

/** {@link isProxyField} for a name that is not exactly one of the fields. */
export function isLookalike(name: string): boolean {
  return isProxyField(name) && !OWN_NAMES.includes(name.toLowerCase());
}

/** Whether a field is the client's message, or can be taken for it. */
export function isMessageField(name: string): boolean {
  return foldName(name) === 'sectokenbinding';
}

function foldName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
