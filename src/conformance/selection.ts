import type { MutationRange } from './area.js';
import { type AreaName, type Group, groupOf } from './areas.js';

/** Which cases a run has. */
export interface Selection extends MutationRange {
  readonly area: AreaName;
  /** In the order of the area. */
  readonly groups: readonly Group[];
  /** The id of the only case. */
  readonly caseId?: string;
}

export const MAX_SEED = 0xffff_ffff;
export const MAX_MUTATIONS = 1_000_000;

/** The id of a mutation begins with `mutations/<seed>/<number>`. */
const MUTATION = /^mutations\/(\d{1,10})\/(\d{6,7})(?:\/|$)/;

/** The selection of one case; undefined for an id that no case can have. */
export function selectionOf(area: AreaName, caseId: string): Selection | undefined {
  const group = groupOf(area, caseId);
  if (group === undefined) return undefined;
  const base = { area, groups: [group], caseId };
  if (group !== 'mutations') return { ...base, seed: 1, mutations: 0 };
  const [seed = -1, first = -1] = (MUTATION.exec(caseId) ?? []).slice(1).map(Number);
  if (seed < 0 || seed > MAX_SEED || first >= MAX_MUTATIONS) return undefined;
  return { ...base, seed, mutations: 1, first };
}
