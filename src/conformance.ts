/**
 * Conformance: the same cases put to two sides, and where they part. A side is Windows'
 * tokenbinding.dll or its SSPI, the portable provider, a recording of either, or what the specification says.
 *
 * @module
 */
export type { AreaName, Expectation, Group } from './conformance/case.js';
export type {
  KnownDeviation,
  WindowsDeviation,
  WineDeviation,
} from './conformance/known-deviations.js';
export { KNOWN_DEVIATIONS } from './conformance/known-deviations.js';
export { runConformance } from './conformance/open-run.js';
export type { ConformanceAccount, ConformanceOptions } from './conformance/options.js';
export type { ComparedResult, Json, Outcome, Reason } from './conformance/outcome.js';
export { toHtml } from './conformance/page/to-html.js';
export type * from './conformance/report.js';
export type { Progress } from './conformance/run.js';
export { type CompareOptions, compare } from './conformance/shadow.js';
export type { CallDifference, ShadowCounts } from './conformance/shadow-calls.js';
export type { ShadowedTokenBinding } from './conformance/shadowed.js';
export type { LiveChoice, SideChoice } from './conformance/sides/open-side.js';
export type { Role, ScenarioCall, SspiPackage } from './conformance/sspi/scenario.js';
export { WINE_DEVIATIONS } from './conformance/wine-deviations.js';
