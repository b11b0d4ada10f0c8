import type { AreaName, Expectation, Group } from './case.js';
import type { KnownDeviation } from './known-deviations.js';
import type { Outcome } from './outcome.js';
import type { Role, ScenarioCall, SspiPackage } from './sspi/scenario.js';

/** The version of the report's own structure: report.schema.json. */
export const REPORT_VERSION = 1;

/** A DLL that did the work. */
export interface LibraryDescription {
  readonly path: string;
  /** Of its version resource: `10.0.26100.1`. */
  readonly version?: string;
  /** SHA-256 of the file, 64 hex digits. */
  readonly sha256?: string;
}

/** The system that a side's answers come from. */
export interface SystemDescription {
  /** `win32 x64`, `linux arm64`. */
  readonly platform: string;
  /** As the system calls itself: `Windows 11 Pro`. */
  readonly name: string;
  /** `10.0.26100`; its last part is Windows' build. */
  readonly release: string;
  /** Present where Windows is Wine, which is not Windows. */
  readonly wine?: true;
  readonly node: string;
}

/** Who answered. */
export interface SideDescription {
  readonly name: 'windows' | 'portable' | 'specification' | 'other';
  /** Of another implementation, whose answers are recorded: its name and version. */
  readonly software?: string;
  readonly library?: LibraryDescription;
  /** Absent for the specification. */
  readonly system?: SystemDescription;
  /** For answers read from a recording. */
  readonly recording?: {
    readonly file: string;
    /** When it was made, ISO 8601. */
    readonly made: string;
    /** The version of this package that made it. */
    readonly package: string;
  };
}

/** How the two outcomes of a case stand to each other. */
export interface Comparison {
  readonly kind: 'agree' | 'differ' | 'known-deviation' | 'not-comparable';
  /** Of the first difference, in the outcome: `verdict`, `results[1].identifier`. */
  readonly path?: string;
  /** The id of the known deviation. */
  readonly deviation?: string;
  /** Why they cannot be compared. */
  readonly why?: string;
  /** Present where both refuse, but with other status numbers or, where one has none, other codes. */
  readonly otherReason?: true;
}

/** How many cases came to what. */
export interface Tally {
  readonly cases: number;
  readonly agree: number;
  readonly differ: number;
  readonly knownDeviation: number;
  readonly notComparable: number;
  /** Of those that agree: refused by both with other reasons. */
  readonly otherReason: number;
}

/** Two reasons with which both sides refused the same cases. */
export interface MetReasons {
  readonly call: string;
  /** In the order of the sides; codes with the operating system's number and its name, where it has one. */
  readonly reasons: readonly [string, string];
  readonly cases: number;
  /** The id of the first of them. */
  readonly example: string;
}

/** Why cases could not be compared. */
export interface WhyNotComparable {
  readonly why: string;
  readonly cases: number;
  /** The id of the first of them. */
  readonly example: string;
}

/** What a case asked, as JSON; bytes are base64url. */
export type ReportedInput =
  | {
      readonly call: 'verifyMessage';
      readonly message: string;
      readonly keyType: string;
      readonly ekm: string;
    }
  | { readonly call: 'generateMessage'; readonly tokenBindings: readonly string[] }
  | { readonly call: 'generateId'; readonly keyType: string; readonly publicKey: string }
  | { readonly call: 'probe' }
  | {
      /** The call that is judged. */
      readonly call: ScenarioCall;
      readonly package: SspiPackage;
      /** What the side is that is asked; the portable provider is the rest. */
      readonly role: Role;
    };

/** A group of cases, and what they came to. */
export interface ReportedGroup extends Tally {
  readonly name: Group;
  /** What the group is, in one sentence. */
  readonly description?: string;
}

export interface ReportedCase {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly comparison: Comparison;
  /** Absent where both agree: the id says which case it was. */
  readonly input?: ReportedInput;
  /** In the order of the sides, null where a side has none; without results where both agree. */
  readonly outcomes: readonly [Outcome | null, Outcome | null];
  readonly expected?: Expectation;
}

/** What a run came to. */
export interface Report {
  readonly format: 'tokenbinding-conformance-report';
  readonly version: typeof REPORT_VERSION;
  /** ISO 8601. The one thing in it that differs between two runs on the same machine. */
  readonly made: string;
  /** The version of this package. */
  readonly package: string;
  /** The command that made the report, without the account's name. Absent if a program made it. */
  readonly command?: string;
  /** What was compared; absent where that is Token Binding. */
  readonly area?: AreaName;
  readonly sides: readonly [SideDescription, SideDescription];
  readonly seed: number;
  /** How many mutations were asked for. */
  readonly mutations: number;
  readonly total: Tally;
  readonly groups: readonly ReportedGroup[];
  /** Why the cases that are not comparable are not, the most frequent reason first. */
  readonly whyNotComparable: readonly WhyNotComparable[];
  /** The known deviations that were met. */
  readonly deviations: readonly KnownDeviation[];
  /** Which reasons met where both refused, the most frequent first. */
  readonly reasons: readonly MetReasons[];
  /** Every case but mutations and cases that only recordings have; of these those that differ, 1000 at most. */
  readonly cases: readonly ReportedCase[];
  /** How many of those differ beyond the ones in `cases`. */
  readonly unlisted: number;
  /** What else there is to know, such as a key that could not be deleted. */
  readonly notes: readonly string[];
}
