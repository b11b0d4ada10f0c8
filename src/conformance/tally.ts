import { type AreaName, GROUPS, type Group } from './case.js';
import { GROUP_DESCRIPTIONS } from './group-descriptions.js';
import type { Comparison, ReportedGroup, Tally } from './report.js';

type Counts = { -readonly [Name in keyof Tally]: Tally[Name] };

const COUNT_OF = {
  agree: 'agree',
  differ: 'differ',
  'known-deviation': 'knownDeviation',
  'not-comparable': 'notComparable',
} as const satisfies Record<Comparison['kind'], keyof Tally>;

/** Counts what cases came to, for each group and in all. */
export class Tallies {
  readonly total: Counts = none();
  readonly #order: readonly Group[];
  readonly #groups = new Map<Group, Counts>();

  constructor(area: AreaName) {
    this.#order = GROUPS[area];
  }

  add({ group }: { readonly group: Group }, { kind, otherReason }: Comparison): void {
    const counts = this.#groups.get(group) ?? none();
    this.#groups.set(group, counts);
    for (const tally of [this.total, counts]) {
      tally.cases++;
      tally[COUNT_OF[kind]]++;
      if (otherReason) tally.otherReason++;
    }
  }

  get groups(): ReportedGroup[] {
    const met = this.#order.filter((name) => this.#groups.has(name));
    return met.map((name) => {
      return { name, description: GROUP_DESCRIPTIONS[name], ...(this.#groups.get(name) as Tally) };
    });
  }
}

function none(): Counts {
  return { cases: 0, agree: 0, differ: 0, knownDeviation: 0, notComparable: 0, otherReason: 0 };
}
