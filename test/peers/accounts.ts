/** An account that logs on. */
export interface Account {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

export const ALICE: Account = { domain: 'DOM', user: 'alice', password: 'SecREt01' };

/** With characters of two, three and four bytes of UTF-8, the last a surrogate pair in UTF-16. */
export const JUERGEN: Account = { domain: 'DOM', user: 'jürgen', password: 'Geheim€𝄞' };

/** With characters without upper case on Windows and Samba, and a final sigma, which has one there. */
export const ISIK: Account = { domain: 'DOM', user: 'ışıkµς', password: 'Parola42' };

/** The accounts of every server. */
export const ACCOUNTS: readonly Account[] = [ALICE, JUERGEN, ISIK];
