import { hasOwn } from '../bytes/has-own.js';
import { type OsStatus, osStatus } from './status.js';

/** Why the Windows provider is not available. */
export interface Unavailable<Reason extends string> {
  readonly reason: Reason;
  /** The reason in words. */
  readonly message: string;
}

/** A loaded DLL. */
export interface Library<Calls> {
  /** Full path of its file. */
  readonly path: string;
  readonly calls: Calls;
}

/** The addon's result of loading a DLL. */
export type LoadResult<Calls, Reason extends string> =
  | Library<Calls>
  | {
      readonly reason: Reason;
      /** With `symbol-missing`: the name of the first missing function. */
      readonly missing?: string;
    }
  | {
      /** The function of Windows that failed although the DLL exists. */
      readonly failed: string;
      /** Its Win32 error code. */
      readonly error: number;
    };

/**
 * Tells a missing DLL from a failure. A DLL that exists and does not load is an error, so that no caller falls
 * back from it.
 *
 * @param name the DLL's name in messages
 * @param newError creates the error for a DLL that exists and does not load
 */
export function readLoadResult<Calls, Reason extends string>(
  result: LoadResult<Calls, Reason>,
  name: string,
  newError: (message: string, details: { readonly os: OsStatus }) => Error,
): Library<Calls> | Unavailable<Reason> {
  if (hasOwn(result, 'calls')) return result;
  if (hasOwn(result, 'failed')) {
    const os = osStatus(result.failed, result.error);
    throw newError(`${name} does not load: ${os.name ?? os.hex}`, { os });
  }
  const { reason, missing } = result;
  return { reason, message: describe(reason, name, missing) };
}

function describe(reason: string, name: string, missing: string | undefined): string {
  switch (reason) {
    case 'library-missing':
      return `${name} does not exist`;
    case 'library-too-old':
      return `${name} implements only the first Token Binding drafts`;
    default:
      return `${name} has no function ${missing}`;
  }
}
