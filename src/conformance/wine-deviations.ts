import type { WineDeviation } from './known-deviations.js';

/** Every place where Wine is known to part from the specification. None of it is a word on Windows. */
export const WINE_DEVIATIONS: readonly WineDeviation[] = [];
