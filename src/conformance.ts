/**
 * Conformance: puts the same cases to two implementations and reports where they differ. A side is Windows'
 * tokenbinding.dll or SSPI, the portable provider, a recording of either, or the specification.
 *
 * @module
 */
export type { AreaName, Group } from './conformance/areas.js';
export type { CaseInput } from './conformance/case.js';
export { KNOWN_DEVIATIONS, type KnownDeviation } from './conformance/known-deviations.js';
export type { ConformanceOptions } from './conformance/options.js';
export type {
  ComparedResult,
  Expectation,
  Json,
  Observations,
  Outcome,
  Reason,
} from './conformance/outcome.js';
export { toHtml } from './conformance/page/to-html.js';
export type { Progress } from './conformance/progress.js';
export type * from './conformance/report/report.js';
export { runConformance } from './conformance/run-conformance.js';
export { type ShadowOptions, shadow } from './conformance/shadow/shadow.js';
export type { CallDifference, ShadowCounts } from './conformance/shadow/shadow-calls.js';
export type { ShadowedTokenBinding } from './conformance/shadow/shadow-provider.js';
export type {
  ConformanceAccount,
  ConformanceService,
  LiveChoice,
  ProviderChoice,
  SideChoice,
} from './conformance/sides/choice.js';
export type * from './conformance/sides/description.js';
