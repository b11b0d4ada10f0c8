/** A provider: the operating system's own library, another DLL, or the portable one. */
export type ProviderChoice = 'windows' | 'portable' | { readonly library: string };

/** A side that is no recording. */
export type LiveChoice = ProviderChoice | 'specification';

/**
 * One of the two sides of a comparison:
 *
 * - `windows`: the operating system's own library.
 * - `{ library }`: another tokenbinding.dll, by its full path. Windows only.
 * - `portable`: the portable provider.
 * - `specification`: the outcomes that the specification requires.
 * - `{ recording }`: the answers in a recording, by the path of its file.
 */
export type SideChoice = LiveChoice | { readonly recording: string };

/** An account of the Windows that is compared. Failed logons may lock it: see ConformanceOptions. */
export interface ConformanceAccount {
  /** `DOMAIN\\user` */
  readonly user: string;
  /** The password in plain text. It is not part of reports and recordings. */
  readonly password: string;
}
