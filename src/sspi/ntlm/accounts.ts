import { invalidArgType, isWrongArgument, readOwnProperties } from '../../bytes/check.js';
import { checkText } from '../arguments.js';
import type { AccountLookup, ClaimedIdentity } from '../credentials.js';
import { ntHashOf } from '../crypto/nt-hash.js';
import { SspiError } from '../error.js';
import { checkNtHash } from '../identity-arguments.js';

const RESULT = 'the result of accounts';

/** The result of a lookup. For an unknown account the hash is that of an empty password. */
export interface FoundAccount {
  readonly exists: boolean;
  /** The caller overwrites it. */
  readonly ntHash: Uint8Array;
}

export type NtHashLookup = (claimed: ClaimedIdentity) => Promise<FoundAccount>;

/**
 * Turns a lookup of accounts into a lookup of NT hashes. Each lookup computes one MD4, so that the time does not
 * tell whether the account exists or is stored as a hash. A password of more than 27 characters takes longer: its
 * MD4 has more than one block.
 *
 * @throws TypeError, RangeError if `accounts` returns no account
 * @throws SspiError SEC_E_NO_AUTHENTICATING_AUTHORITY if `accounts` throws
 */
export function ntHashLookup(accounts: AccountLookup): NtHashLookup {
  return async (claimed) => {
    const account = await lookUp(accounts, claimed);
    if (account === undefined) return { exists: false, ntHash: ntHashOf('') };
    // A row of a table has null for a missing value.
    const password = account.password ?? undefined;
    const ntHash = account.ntHash ?? undefined;
    if ((password === undefined) === (ntHash === undefined)) {
      throw invalidArgType(RESULT, 'an object with either a password or an ntHash');
    }
    if (ntHash !== undefined) {
      ntHashOf('').fill(0);
      return { exists: true, ntHash: checkNtHash('ntHash of accounts', ntHash) };
    }
    return { exists: true, ntHash: ntHashOf(checkText('password of accounts', password, 0)) };
  };
}

const SECRETS = ['password', 'ntHash'] as const;

type Row = Record<(typeof SECRETS)[number], unknown>;

/** The result may have more properties, such as the columns of a row. */
async function lookUp(accounts: AccountLookup, claimed: ClaimedIdentity): Promise<Row | undefined> {
  let result: unknown;
  try {
    // A copy: the lookup cannot change the names that are then checked.
    result = await accounts({ ...claimed });
  } catch (cause) {
    throw lookupFailed(cause);
  }
  if (result === undefined || result === null) return undefined;
  if (typeof result !== 'object') throw invalidArgType(RESULT, 'an object, null or undefined');
  try {
    return readOwnProperties(RESULT, result, SECRETS);
  } catch (error) {
    throw isWrongArgument(error) ? error : lookupFailed(error);
  }
}

function lookupFailed(cause: unknown): SspiError {
  const message = 'the lookup of the account failed';
  return new SspiError('SEC_E_NO_AUTHENTICATING_AUTHORITY', message, { cause });
}
