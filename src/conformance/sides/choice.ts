/** A provider: the operating system's own library, another DLL, or the portable one. */
export type ProviderChoice =
  | 'windows'
  | 'portable'
  | {
      /** The full path of another tokenbinding.dll. Windows only. */
      readonly library: string;
    };

/** A side that is no recording. */
export type LiveChoice = ProviderChoice | 'specification';

/**
 * One of the two sides of a comparison:
 *
 * - `windows`: the operating system's own library.
 * - `{ library }`: another tokenbinding.dll.
 * - `portable`: the portable provider.
 * - `specification`: the outcomes that the specification requires.
 * - `{ recording }`: the answers in a recording.
 */
export type SideChoice =
  | LiveChoice
  | {
      /** The path of the recording. */
      readonly recording: string;
    };

/** A service of Kerberos in the domain of the Windows that is compared. */
export interface ConformanceService {
  /** The principal name of the service: `HTTP/www.example.com`, without a realm. */
  readonly target: string;
  /** The path of a keytab with the key of the service, of aes256-cts-hmac-sha1-96. Its key makes tickets, too. */
  readonly keytab: string;
}

/** An account of the Windows that is compared. Failed logons may lock it: see ConformanceOptions. */
export interface ConformanceAccount {
  /** `DOMAIN\\user` */
  readonly user: string;
  /** The password in plain text. It is not part of reports and recordings. */
  readonly password: string;
}
