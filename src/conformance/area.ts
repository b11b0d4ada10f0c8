import type { Case } from './case.js';
import type { ConformanceAccount, ConformanceService, ProviderChoice } from './sides/choice.js';
import type { Side } from './sides/side.js';

/** Which mutations there are. Each follows from the seed and its own number. */
export interface MutationRange {
  /** 0 to 4294967295. */
  readonly seed: number;
  /** How many: 0 to 1000000. */
  readonly mutations: number;
  /** The number of the first one, 0 by default. */
  readonly first?: number;
}

/** Makes the cases of a group. */
export type MakeCases = (range: MutationRange) => Iterable<Case>;

/** What a Windows side can be given. */
export interface SideOptions {
  readonly account?: ConformanceAccount | undefined;
  readonly kerberos?: ConformanceService | undefined;
}

/** A protocol whose implementations can be compared, with the cases for it. */
export interface Area<Group extends string = string> {
  /**
   * The groups of cases in the order in which they run, each with a sentence about it. The id of a case begins
   * with its group.
   */
  readonly groups: Readonly<Record<Group, string>>;
  /** How many mutations run by default. */
  readonly mutations: number;
  /** Whether a side may be a DLL that the caller names. */
  readonly hasLibraries: boolean;
  /** Whether Windows may be given an account, and a service of Kerberos. */
  readonly hasAccounts: boolean;
  /** Loads the cases of each group. They read files of this package when they are loaded. */
  loadCases(): Promise<Readonly<Record<string, MakeCases>>>;
  /** @throws TokenBindingError, SspiError if Windows lacks the library or cannot load it */
  openSide(choice: ProviderChoice, options: SideOptions): Promise<Side>;
}
