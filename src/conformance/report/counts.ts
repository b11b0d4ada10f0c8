import { type AreaName, findArea, GROUPS, type Group } from '../areas.js';
import type { Comparison, ReportedGroup, Tally } from './report.js';

type MutableTally = { -readonly [Name in keyof Tally]: Tally[Name] };

const COUNT_OF = {
  agree: 'agree',
  differ: 'differ',
  'known-deviation': 'knownDeviation',
  'not-comparable': 'notComparable',
} as const satisfies Record<Comparison['kind'], keyof Tally>;

/** Counts comparisons by their kind, in total and for each group. */
export class Counts {
  readonly total: MutableTally = emptyTally();
  readonly #area: AreaName;
  readonly #groups = new Map<Group, MutableTally>();

  constructor(area: AreaName) {
    this.#area = area;
  }

  add(group: Group, { kind, otherReason }: Comparison): void {
    const ofGroup = this.#groups.get(group) ?? emptyTally();
    this.#groups.set(group, ofGroup);
    for (const tally of [this.total, ofGroup]) {
      tally.cases++;
      tally[COUNT_OF[kind]]++;
      if (otherReason) tally.otherReason++;
    }
  }

  get groups(): ReportedGroup[] {
    const descriptions = findArea(this.#area).groups;
    return GROUPS[this.#area].flatMap((name) => {
      const tally = this.#groups.get(name);
      return tally === undefined ? [] : [{ name, description: descriptions[name] ?? '', ...tally }];
    });
  }
}

function emptyTally(): MutableTally {
  return { cases: 0, agree: 0, differ: 0, knownDeviation: 0, notComparable: 0, otherReason: 0 };
}
