import type { AccountLookup, Identity } from '../src/sspi.js';

/** The only account of the servers of the bench. */
export const IDENTITY: Identity = { user: 'EXAMPLE\\alice', password: 'correct horse' };

export const ACCOUNTS: AccountLookup = ({ domain, user }) =>
  domain === 'EXAMPLE' && user === 'alice' ? { password: 'correct horse' } : undefined;
