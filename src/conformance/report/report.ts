import type { AreaName, Group } from '../areas.js';
import type { CaseInput } from '../case.js';
import type { KnownDeviation } from '../known-deviations.js';
import type { Expectation, Outcome } from '../outcome.js';
import type { SideDescription } from '../sides/description.js';

/** The version of the report's structure, which report.schema.json describes. */
export const REPORT_VERSION = 1;

/** How the two outcomes of a case compare. */
export interface Comparison {
  /** `known-deviation`: they differ as a {@link KnownDeviation} says. `not-comparable`: a side has no outcome. */
  readonly kind: 'agree' | 'differ' | 'known-deviation' | 'not-comparable';
  /** The place of the first difference in the outcomes: `verdict`, `results[1].identifier`. */
  readonly path?: string;
  /** The id of the known deviation. */
  readonly deviation?: string;
  /** Why the case cannot be compared. */
  readonly why?: string;
  /** Present if both sides refused with different statuses or, if one has no status, with different codes. */
  readonly otherReason?: true;
}

/** The number of cases by the kind of their comparison. */
export interface Tally {
  /** All cases that ran. */
  readonly cases: number;
  /** Cases with the same outcome on both sides. */
  readonly agree: number;
  /** Cases with different outcomes that no known deviation explains. */
  readonly differ: number;
  /** Cases that differ only by a known deviation. */
  readonly knownDeviation: number;
  /** Cases for which a side has no outcome. */
  readonly notComparable: number;
  /** How many of the cases that agree have {@link Comparison.otherReason}. */
  readonly otherReason: number;
}

/** The reasons of both sides for refusing the same cases. */
export interface ReasonPair {
  /** The call of the cases. */
  readonly call: string;
  /** In the order of the sides: the code, then the status of the operating system and its name, if any. */
  readonly reasons: readonly [string, string];
  /** The number of cases. */
  readonly cases: number;
  /** The id of the first case. */
  readonly example: string;
}

/** Why cases could not be compared. */
export interface WhyNotComparable {
  /** The reason, in words. */
  readonly why: string;
  /** The number of cases. */
  readonly cases: number;
  /** The id of the first case. */
  readonly example: string;
}

/** The comparisons of a group of cases. */
export interface ReportedGroup extends Tally {
  /** The name of the group, which the ids of its cases begin with. */
  readonly name: Group;
  /** A sentence about the group. */
  readonly description?: string;
}

/** A case in a report. */
export interface ReportedCase {
  /** The id, as the command's `--case` takes it. */
  readonly id: string;
  /** The group of the case. */
  readonly group: Group;
  /** A sentence about the case. */
  readonly title: string;
  /** How the outcomes of the two sides compare. */
  readonly comparison: Comparison;
  /** Absent if both sides agree, unless the run had this case alone: the id identifies the case. */
  readonly input?: CaseInput;
  /** In the order of the sides; null if a side has none. Without results if both sides agree. */
  readonly outcomes: readonly [Outcome | null, Outcome | null];
  /** Absent if the specification leaves the outcome open. */
  readonly expected?: Expectation;
}

/** The result of a run. */
export interface Report {
  /** Identifies the file. */
  readonly format: 'tokenbinding-conformance-report';
  /** The version of this structure. */
  readonly version: typeof REPORT_VERSION;
  /** ISO 8601. Nothing else differs between two runs on the same machine. */
  readonly made: string;
  /** The version of this package. */
  readonly package: string;
  /** The command that made the report, without the account's name. Absent if a program made it. */
  readonly command?: string;
  /** Absent for Token Binding. */
  readonly area?: AreaName;
  /** Who was compared. */
  readonly sides: readonly [SideDescription, SideDescription];
  /** The seed of the mutations. */
  readonly seed: number;
  /** The number of mutations. */
  readonly mutations: number;
  /** The comparisons of all cases. */
  readonly total: Tally;
  /** In the order in which they ran. */
  readonly groups: readonly ReportedGroup[];
  /** The reasons why cases could not be compared, the most frequent first. */
  readonly whyNotComparable: readonly WhyNotComparable[];
  /** The known deviations that the run found. */
  readonly deviations: readonly KnownDeviation[];
  /** The reasons of cases that both sides refused, the most frequent first. */
  readonly reasons: readonly ReasonPair[];
  /** Every case that is no mutation, and at most 1000 mutations that differ. */
  readonly cases: readonly ReportedCase[];
  /** The number of mutations that differ and are not in `cases`. */
  readonly omittedMutations: number;
  /** What else the user has to know, such as a key that could not be deleted. */
  readonly notes: readonly string[];
}
