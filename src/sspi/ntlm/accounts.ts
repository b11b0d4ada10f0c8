import { invalidArgType, isWrongArgument, readOwnProperties } from '../../bytes/check.js';
import { checkNtHash, checkText } from '../arguments.js';
import type { AccountLookup, ClaimedIdentity } from '../credentials.js';
import { SspiError } from '../error.js';
import { ntHashOf } from './keys.js';

const ANSWER = "the accounts' answer";

/** What a server computes with, whether or not there is such an account. */
export interface FoundAccount {
  readonly exists: boolean;
  /** For the caller to overwrite. */
  readonly ntHash: Uint8Array;
}

export type NtHashLookup = (claimed: ClaimedIdentity) => Promise<FoundAccount>;

/**
 * Makes a lookup of NT hashes of a lookup of accounts. Its answers take one digest each, so that nobody
 * can tell by the time whether an account is there, or has a hash: that of a password of up to 27 characters takes
 * as long as that of none, one block of MD4, and a longer one longer.
 *
 * @throws TypeError, RangeError when `accounts` answers with something else; SspiError
 * SEC_E_NO_AUTHENTICATING_AUTHORITY when it fails
 */
export function ntHashLookup(accounts: AccountLookup): NtHashLookup {
  return async (claimed) => {
    const account = await lookUp(accounts, claimed);
    if (account === undefined) return { exists: false, ntHash: ntHashOf('') };
    // A row of a table has null where it has nothing.
    const password = account.password ?? undefined;
    const ntHash = account.ntHash ?? undefined;
    if ((password === undefined) === (ntHash === undefined)) {
      throw invalidArgType(ANSWER, 'an object with either a password or an ntHash');
    }
    if (ntHash !== undefined) {
      ntHashOf('').fill(0);
      return { exists: true, ntHash: checkNtHash('ntHash of accounts', ntHash) };
    }
    return { exists: true, ntHash: ntHashOf(checkText('password of accounts', password, 0)) };
  };
}

const SECRETS = ['password', 'ntHash'] as const;

type Answer = Record<(typeof SECRETS)[number], unknown>;

/** An answer may have other properties too: a row of a table is one. */
async function lookUp(
  accounts: AccountLookup,
  claimed: ClaimedIdentity,
): Promise<Answer | undefined> {
  let answer: unknown;
  try {
    // A copy: what is decided is about the names that were sent.
    answer = await accounts({ ...claimed });
  } catch (cause) {
    throw failed(cause);
  }
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer !== 'object') throw invalidArgType(ANSWER, 'an object, null or undefined');
  try {
    return readOwnProperties(ANSWER, answer, SECRETS);
  } catch (error) {
    throw isWrongArgument(error) ? error : failed(error);
  }
}

function failed(cause: unknown): SspiError {
  const message = 'the accounts could not be asked';
  return new SspiError('SEC_E_NO_AUTHENTICATING_AUTHORITY', message, { cause });
}
