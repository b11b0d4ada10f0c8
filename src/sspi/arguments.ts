import {
  checkBytes,
  checkBytesToCopy,
  checkList,
  checkOneOf,
  checkOptions,
  invalidArgType,
  outOfRange,
} from '../bytes/check.js';
import { copyOf } from '../bytes/copy.js';
import { Slab } from '../bytes/slab.js';
import { lengthOf } from '../bytes/typed-array.js';
import type { ContextFlag, WeakSecurity } from './context-options.js';
import type { CheckedAccept, CheckedInitialize } from './provider.js';

/** The longest token and the longest channel bindings, in bytes. */
export const MAX_TOKEN = 65_535;
/** The longest name and the longest password, in UTF-16 units. */
export const MAX_TEXT = 1024;

const INITIALIZE = ['target', 'flags', 'channelBindings', 'allowWeak'] as const;
const ACCEPT = [
  'flags',
  'channelBindings',
  'channelBindingPolicy',
  'targets',
  'allowWeak',
] as const;
const POLICIES = ['require', 'accept', 'ignore'] as const;
const DEFAULT_FLAGS: readonly ContextFlag[] = ['integrity', 'confidentiality'];
const CONTEXT_FLAGS: readonly ContextFlag[] = [
  'integrity',
  'confidentiality',
  'replay-detect',
  'sequence-detect',
  'mutual-auth',
  'identify',
  'datagram',
];
const WEAK: readonly WeakSecurity[] = [
  '56-bit',
  '40-bit',
  'no-key-exchange',
  'no-extended-session-security',
  'rc4-hmac',
];

// Every property is read before the first one is checked: a getter could change a buffer between its check and
// its use.

/** For tokens. A step that waits keeps the memory of its token, and so does an error until its stack is read. */
const tokens = new Slab(4096, 1024);

/** @returns a copy for one step, perhaps in the memory of others: a context copies what it keeps */
export function checkToken(value: unknown): Uint8Array {
  const token = checkBytesToCopy('token', value);
  const length = lengthOf(token);
  if (length > MAX_TOKEN) throw outOfRange('token', `at most ${MAX_TOKEN} bytes`);
  const copy = tokens.take(length);
  copy.set(token);
  return copy;
}

export function checkPackageName(name: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw invalidArgType(name, "the name of a package, such as 'Negotiate'");
  }
  return checkTerminated(name, value);
}

export function checkInitialize(value: unknown): CheckedInitialize {
  const options = checkOptions('options', value, INITIALIZE);
  const { target, flags = DEFAULT_FLAGS, channelBindings, allowWeak = [] } = options;
  return {
    target: target === undefined ? undefined : checkTerminated('options.target', target),
    flags: checkContextFlags('options.flags', flags),
    channelBindings: checkBindings(channelBindings),
    allowWeak: checkList('options.allowWeak', allowWeak, WEAK),
  };
}

export function checkAccept(value: unknown): CheckedAccept {
  const options = checkOptions('options', value, ACCEPT);
  const { flags = [], channelBindings, targets, allowWeak = [] } = options;
  const { channelBindingPolicy: policy } = options;
  if (policy !== undefined && channelBindings === undefined) {
    throw outOfRange('options.channelBindingPolicy', 'absent without channelBindings');
  }
  return {
    flags: checkContextFlags('options.flags', flags),
    channelBindings: checkBindings(channelBindings),
    channelBindingPolicy: checkPolicy(policy),
    targets: targets === undefined ? undefined : checkTargets(targets),
    allowWeak: checkList('options.allowWeak', allowWeak, WEAK),
  };
}

/** @returns a copy */
export function checkContextFlags(name: string, value: unknown): ContextFlag[] {
  return checkList(name, value, CONTEXT_FLAGS);
}

function checkPolicy(value: unknown = 'require'): (typeof POLICIES)[number] {
  return checkOneOf('options.channelBindingPolicy', value, POLICIES);
}

function checkTargets(value: unknown): string[] {
  if (!Array.isArray(value)) throw invalidArgType('options.targets', 'an array of strings');
  return Array.from(value, (item, index) => checkText(`options.targets[${index}]`, item, 1));
}

/** @returns a copy */
function checkBindings(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const bytes = checkBytes('options.channelBindings', value);
  if (bytes.length < 1 || bytes.length > MAX_TOKEN) {
    throw outOfRange('options.channelBindings', `1 to ${MAX_TOKEN} bytes`);
  }
  return copyOf(bytes);
}

/** Windows reads the text up to its first NUL. */
export function checkTerminated(name: string, value: unknown): string {
  const text = checkText(name, value, 1);
  if (text.includes('\0')) throw outOfRange(name, 'without a NUL');
  return text;
}

export function checkText(
  name: string,
  value: unknown,
  least: number,
  most: number = MAX_TEXT,
): string {
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  if (value.length < least || value.length > most) {
    throw outOfRange(name, `${least} to ${most} characters`);
  }
  return value;
}

export function requireAbsent(values: Readonly<Record<string, unknown>>, owner: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) throw outOfRange(name, `absent for ${owner}`);
  }
}
