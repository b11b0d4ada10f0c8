import type { AreaName, Group } from '../case.js';

/** Which cases a run has. */
export interface Selection {
  readonly area: AreaName;
  readonly groups: readonly Group[];
  /** Of the mutations: 0 to {@link MAX_SEED}. */
  readonly seed: number;
  /** How many of them: 0 to {@link MAX_MUTATIONS}. */
  readonly mutations: number;
}

export const MAX_SEED = 0xffff_ffff;
export const MAX_MUTATIONS = 1_000_000;
