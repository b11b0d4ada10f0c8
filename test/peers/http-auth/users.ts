import type { Account } from '../accounts.js';

/** Users of whom half have the same password, and whose names begin with the names of others. */
export const USERS: readonly Account[] = Array.from({ length: 20 }, (_, index) => ({
  domain: 'DOM',
  user: `user${index}`,
  password: index % 2 === 0 ? 'SecREt01' : `SecREt${index}`,
}));
